export { loadCatalogue, loadPlugins } from './load-plugins.ts';
