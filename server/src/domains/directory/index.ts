export { createDirectory, type Directory, type DirectoryDependencies } from './directory.ts';
