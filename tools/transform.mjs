// Turns TypeScript into JavaScript for jest: it only removes the types.

import ts from 'typescript';

/** @satisfies {ts.CompilerOptions} */
const compilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2022,
  verbatimModuleSyntax: true,
  sourceMap: true,
};

export default {
  /** @param {string} source @param {string} fileName */
  process(source, fileName) {
    const { outputText, sourceMapText } = ts.transpileModule(source, { fileName, compilerOptions });
    // The comment would name a file that does not exist.
    const code = outputText.replace(/\n\/\/# sourceMappingURL=.*$/, '');
    return { code, map: sourceMapText ?? null };
  },
};
