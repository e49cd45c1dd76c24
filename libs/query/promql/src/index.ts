export type * from './engine/queryable.ts';
export type * from './engine/result.ts';
export type * from './parser/ast.ts';
