/** The core as modules that are made anew for every mutant: only the file that was changed is read again. */
import { posix } from 'node:path';
import { Script } from 'node:vm';
import { transformSync } from 'esbuild';

export class CoreModules {
  #scripts;
  #packages;

  /**
   * @param sources text by path, relative to the core
   * @param packages what may be imported by name
   */
  constructor(sources, packages) {
    this.#scripts = new Map(Object.entries(sources).map(([file, source]) => [file, compiled(file, source)]));
    this.#packages = packages;
  }

  /** The examples; the simulation is played world by world instead. */
  get testFiles() {
    return [...this.#scripts.keys()].filter((file) => file.endsWith('.test.ts') && !file.startsWith('simulation/'));
  }

  /** Imports modules of the core; `named` are further packages, `changed` is a file with another text. */
  importer(named, changed) {
    const scripts = changed
      ? new Map(this.#scripts).set(changed.file, compiled(changed.file, changed.source))
      : this.#scripts;
    const loaded = new Map();
    const load = (file) => {
      if (loaded.has(file)) return loaded.get(file).exports;
      const module = { exports: {} };
      loaded.set(file, module);
      const folder = posix.dirname(file);
      scripts.get(file).runInThisContext()(
        (path) => (path.startsWith('.') ? load(posix.join(folder, path)) : (named[path] ?? this.#packages[path])),
        module,
        module.exports,
      );
      return module.exports;
    };
    return load;
  }
}

function compiled(file, source) {
  const { code } = transformSync(source, { loader: 'ts', format: 'cjs', sourcefile: file });
  return new Script(`(function (require, module, exports) {${code}\n})`, { filename: file });
}
