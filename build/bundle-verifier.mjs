/**
 * The verifier of packages as one HTML file: code and style stand in it, and its policy names their
 * digests and forbids everything else, the network first of all.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @returns {Promise<string>} the page */
export async function bundleVerifier() {
  const bundle = async (file, options) => {
    const { outputFiles } = await build({
      bundle: true,
      minify: true,
      write: false,
      logLevel: 'warning',
      absWorkingDir: root,
      entryPoints: [join(root, 'renderer/verifier', file)],
      ...options,
    });
    return outputFiles[0].text;
  };
  const script = await bundle('main.ts', {
    format: 'iife',
    platform: 'browser',
    // What was current in 2023: the PC that a stick is put into is seldom a new one.
    target: ['chrome109', 'firefox115', 'safari16'],
    charset: 'ascii',
    legalComments: 'inline',
  });
  const style = await bundle('verifier.css', { charset: 'ascii' });
  // Inside a script element only this would end it.
  const code = script.replaceAll('</script', '<\\/script').trim();
  const look = style.trim();
  const digest = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${digest(code)}`,
    `style-src ${digest(look)}`,
    'img-src blob:',
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>Vọng Gác</title>
<style>${look}</style>
</head>
<body>
<noscript>Cần bật JavaScript để kiểm chứng. JavaScript is needed to verify.</noscript>
<script>${code}</script>
</body>
</html>
`;
}
