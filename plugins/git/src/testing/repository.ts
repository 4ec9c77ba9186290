import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const AUTHOR = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];

/** A bare repository and a working copy of it, in a temporary folder. */
export class TestRepository {
  readonly folder = mkdtempSync(join(tmpdir(), 'tutti-git-test-'));
  readonly bare = join(this.folder, 'project.git');
  readonly url = pathToFileURL(this.bare).href;
  readonly #copy = join(this.folder, 'copy');

  constructor() {
    this.git('.', 'init', '--quiet', '--bare', '--initial-branch=main', 'project.git');
    this.git('.', 'clone', '--quiet', 'project.git', 'copy');
    this.git('copy', 'checkout', '--quiet', '-b', 'main');
  }

  /** Commits files by path and pushes them; content `null` deletes. The id of the commit. */
  commit(files: Readonly<Record<string, string | null>>, message = 'change'): string {
    for (const [path, content] of Object.entries(files)) {
      const target = join(this.#copy, path);
      mkdirSync(dirname(target), { recursive: true });
      if (content === null) rmSync(target);
      else writeFileSync(target, content);
    }
    this.git('copy', 'add', '--all');
    this.git('copy', ...AUTHOR, 'commit', '--quiet', '-m', message);
    this.git('copy', 'push', '--quiet', 'origin', 'HEAD');
    return this.git('copy', 'rev-parse', 'HEAD');
  }

  /** Runs git below the folder; what it printed. */
  git(where: string, ...args: readonly string[]): string {
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    return execFileSync('git', args, { cwd: join(this.folder, where), encoding: 'utf8', stdio }).trim();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
