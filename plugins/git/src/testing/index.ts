export { startGitServer, type GitServer } from './git-server.ts';
export { TestRepository } from './repository.ts';
