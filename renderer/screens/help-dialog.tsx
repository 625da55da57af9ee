import { DialogFrame } from './dialog-frame.tsx';
import { replayKeyHelp } from './evidence/replay-key-help.ts';
import { Glyph, type GlyphName } from './glyph.tsx';
import { keyHelp } from './keys.ts';
import { operatorKeyHelp } from './operators/operator-keys.ts';
import { useSession, useTexts, useWords } from './product.tsx';
import { ptzKeyHelp } from './ptz/ptz-key-help.ts';

const signs: readonly { glyph: GlyphName; text: string }[] = [
  { glyph: 'live', text: 'help.sign.live' },
  { glyph: 'stale', text: 'help.sign.stale' },
  { glyph: 'connecting', text: 'help.sign.connecting' },
  { glyph: 'waiting', text: 'help.sign.waiting' },
  { glyph: 'refused', text: 'help.sign.refused' },
  { glyph: 'unsupported', text: 'help.sign.unsupported' },
  { glyph: 'offline', text: 'help.sign.offline' },
  { glyph: 'keyframes', text: 'help.sign.keyframes' },
  { glyph: 'paused', text: 'help.sign.paused' },
  { glyph: 'replay', text: 'help.sign.replay' },
];

/** All keys, and what the signs on the tiles mean. */
export function HelpDialog() {
  const { t } = useWords();
  const p = useTexts('ptz');
  const o = useTexts('operators');
  const e = useTexts('evidence');
  const hello = useSession((model) => model.hello);
  return (
    <DialogFrame title={t('help.title')} wide>
      <div className="help">
        {keyHelp.map(({ group, lines }) => (
          <section key={group}>
            <h3>{t(group)}</h3>
            <dl>
              {lines.map(({ keys, text }) => (
                <div key={text}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{t(text)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{e('page.keys.title')}</h3>
          <dl>
            {replayKeyHelp.map(({ keys, text }) => (
              <div key={text}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{e(`page.${text}`)}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>{p('keys.title')}</h3>
          <dl>
            {ptzKeyHelp.map(({ keys, text }) => (
              <div key={text}>
                <dt>
                  {(keys.length === 0 ? [p('keys.mouseKey')] : keys).map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{p(text)}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>{o('keys.title')}</h3>
          <dl>
            {operatorKeyHelp.map(({ keys, text }) => (
              <div key={text}>
                <dt>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{o(text)}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>{t('help.signs')}</h3>
          <ul className="signs">
            {signs.map(({ glyph, text }) => (
              <li key={text}>
                <span data-mark={glyph}>
                  <Glyph name={glyph} />
                </span>
                {t(text)}
              </li>
            ))}
          </ul>
        </section>
      </div>
      <p className="help-foot">
        {hello
          ? t('help.version', { version: hello.version, shell: t(`shell.${hello.shell}`) })
          : t('product')}
      </p>
    </DialogFrame>
  );
}
