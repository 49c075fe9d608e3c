import type { Finding } from '../finding.ts';
import type { Modules } from '../modules.ts';
import type { Tree } from '../tree.ts';
import { checkCode } from './code.ts';
import { checkConfiguration } from './configuration.ts';
import { checkLayout } from './layout.ts';
import { checkLinks } from './links.ts';
import { checkNumbering, checkRegistry } from './records.ts';
import { checkText } from './text.ts';

/** What no other tool watches over: sizes, names, leftovers, and texts that must agree. */
export function checkTidy(tree: Tree, modules: Modules): Finding[] {
  return [
    ...checkLayout(tree),
    ...checkText(tree),
    ...checkCode(modules),
    ...checkLinks(tree),
    ...checkConfiguration(tree, modules),
    ...checkNumbering(tree),
    ...checkRegistry(tree),
  ];
}
