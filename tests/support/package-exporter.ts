import { createPrivateKey } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { keyOf } from '../../src/evidence/workstation-key.ts';
import { writePackage } from '../../src/evidence/write-package.ts';
import { someAudit } from './evidence-files.ts';

/**
 * A process that writes packages, to be killed, or to lose its disk at a stage:
 * `package-exporter.ts SOURCE TARGET COUNT [STAGE COMMAND]`. The private key comes on standard input.
 */
const [source = '', target = '', count = '1', stage, command] = process.argv.slice(2);
const { execSync } = await import('node:child_process');
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const key = keyOf(createPrivateKey(Buffer.concat(chunks).toString()), 'keychain', false);
const files = readdirSync(source).map((name) => ({ path: join(source, name) }));
process.stdout.write('ready\n');
let done = false;
for (let number = 0; number < Number(count); number++) {
  try {
    const written = await writePackage({
      files,
      facts: {
        workstation: { id: 'w-1', name: 'Máy trực số 2' },
        operator: null,
        recipient: null,
        legalBasis: null,
        reason: null,
      },
      target: join(target, `Gói ${process.pid}-${number}.vgp.zip`),
      key,
      audit: someAudit(),
      softwareVersion: '0.0.0-test',
      onProgress(progress) {
        if (progress.stage !== stage || done) return;
        done = true;
        execSync(command ?? 'true');
      },
    });
    process.stdout.write(`written ${JSON.stringify(written.leftovers)}\n`);
  } catch (error) {
    process.stdout.write(`failed ${(error as { code?: string }).code}\n`);
  }
}
