import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Cause } from '../../../src/contract/cause.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { useTexts, useWords } from '../product.tsx';

/** Nothing here yet: what it is for, and the first step. */
export function EmptyNote(props: {
  readonly icon: IconName;
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="blank">
      <Icon name={props.icon} />
      <h3>{props.title}</h3>
      {props.text ? <p>{props.text}</p> : null}
      {props.children ? <div className="blank-buttons">{props.children}</div> : null}
    </div>
  );
}

export function LoadingNote({ text }: { readonly text?: string }) {
  const c = useTexts('connect');
  return (
    <p className="loading" role="status">
      <span className="loading-turn" aria-hidden="true" />
      {text ?? c('state.loading')}
    </p>
  );
}

/** What failed, with a way to try again. */
export function FailedNote({ cause, onRetry }: { cause: Cause | null; onRetry?: () => void }) {
  const c = useTexts('connect');
  if (!cause) return null;
  return (
    <div className="failed">
      <CauseNote cause={cause} />
      {onRetry ? (
        <Button className="button" data-small onPress={onRetry}>
          <Icon name="refresh" />
          {c('state.retry')}
        </Button>
      ) : null}
    </div>
  );
}

/** `total` null: it is not known how much there is. */
export function Progress(props: { label: string; done: number; total: number | null }) {
  const { number } = useWords();
  const { label, done, total } = props;
  return (
    <div className="progress">
      <p className="progress-text">
        <span>{label}</span>
        <span>{total === null ? number(done) : `${number(done)} / ${number(total)}`}</span>
      </p>
      <progress
        aria-label={label}
        {...(total === null ? {} : { max: Math.max(1, total), value: Math.min(done, total) })}
      />
    </div>
  );
}

/** A short word with a shape and a colour. */
export function Badge(props: {
  readonly tone: 'good' | 'warn' | 'bad' | 'info' | 'plain';
  readonly icon?: IconName;
  readonly children: ReactNode;
  readonly title?: string;
}) {
  return (
    <span className="badge" data-tone={props.tone} title={props.title}>
      {props.icon ? <Icon name={props.icon} /> : null}
      {props.children}
    </span>
  );
}
