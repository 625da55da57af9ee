import { type ReactNode, useEffect, useId, useState } from 'react';
import { dayOf, dayText } from '../../stores/register/days.ts';
import { useTexts } from '../product.tsx';

interface FieldProps {
  readonly label: string;
  readonly help?: string;
  readonly error?: string | null;
  readonly wide?: boolean;
}

function Field(props: FieldProps & { id: string; children: ReactNode }) {
  const { id, label, help, error, wide, children } = props;
  return (
    <div className="field" data-wide={wide || undefined}>
      <label htmlFor={id}>{label}</label>
      {children}
      {error ? (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      ) : help ? (
        <p className="field-help" id={`${id}-help`}>
          {help}
        </p>
      ) : null}
    </div>
  );
}

const describes = (id: string, { help, error }: FieldProps) =>
  error ? `${id}-error` : help ? `${id}-help` : undefined;

/** One line, or several, of text. */
export function TextBox(
  props: FieldProps & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly lines?: number;
    readonly max?: number;
    readonly placeholder?: string;
    readonly type?: 'text' | 'tel' | 'email' | 'password';
    readonly suggestions?: readonly string[];
    readonly required?: boolean;
    readonly autoFocus?: boolean;
  },
) {
  const id = useId();
  const { value, onChange, lines, max = 200, placeholder, type = 'text', suggestions } = props;
  const shared = {
    id,
    value,
    maxLength: max,
    placeholder,
    autoComplete: type === 'password' ? 'new-password' : 'off',
    spellCheck: false,
    required: props.required,
    autoFocus: props.autoFocus,
    'aria-invalid': props.error ? true : undefined,
    'aria-describedby': describes(id, props),
  };
  return (
    <Field {...props} id={id}>
      {lines ? (
        <textarea {...shared} rows={lines} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input
          {...shared}
          type={type}
          list={suggestions ? `${id}-list` : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {suggestions ? (
        <datalist id={`${id}-list`}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      ) : null}
    </Field>
  );
}

export interface Option<V extends string> {
  readonly value: V;
  readonly text: string;
}

/** One of a few. `null` is drawn as the empty choice where `none` has words for it. */
export function Choice<V extends string>(
  props: FieldProps & {
    readonly value: V | null;
    readonly options: readonly Option<V>[];
    readonly none?: string;
    readonly onChange: (value: V | null) => void;
  },
) {
  const id = useId();
  const { value, options, none, onChange } = props;
  return (
    <Field {...props} id={id}>
      <select
        id={id}
        value={value ?? ''}
        aria-describedby={describes(id, props)}
        onChange={(event) =>
          onChange(options.find((option) => option.value === event.target.value)?.value ?? null)
        }
      >
        {none === undefined ? null : <option value="">{none}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** A day as `25/06/2021`. What is no day stays in the field and is said, and changes nothing. */
export function DayBox(
  props: FieldProps & {
    readonly value: string | null;
    readonly onChange: (day: string | null) => void;
  },
) {
  const { value, onChange } = props;
  const c = useTexts('connect');
  const [typed, setTyped] = useState(dayText(value));
  useEffect(() => {
    setTyped((before) => (dayOf(before) === value ? before : dayText(value)));
  }, [value]);
  const wrong = dayOf(typed) === undefined;
  return (
    <TextBox
      {...props}
      value={typed}
      max={10}
      placeholder={c('field.day')}
      error={wrong ? c('field.dayWrong') : (props.error ?? null)}
      onChange={(text) => {
        setTyped(text);
        const day = dayOf(text);
        if (day !== undefined && day !== value) onChange(day);
      }}
    />
  );
}

export function Check(props: {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly help?: string;
}) {
  const id = useId();
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={props.on}
        aria-describedby={props.help ? `${id}-help` : undefined}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>{props.label}</label>
        {props.help ? (
          <p className="field-help" id={`${id}-help`}>
            {props.help}
          </p>
        ) : null}
      </div>
    </div>
  );
}

/** Press one of several; pressing the pressed one again gives null where `clearable`. */
export function Chips<V extends string>(props: {
  readonly label: string;
  readonly value: V | null;
  readonly options: readonly (Option<V> & { readonly count?: string })[];
  readonly onChange: (value: V | null) => void;
  readonly clearable?: boolean;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of toggles, not a form
    <div className="chips" role="group" aria-label={props.label}>
      {props.options.map(({ value, text, count }) => (
        <button
          key={value}
          type="button"
          className="chip"
          aria-pressed={props.value === value}
          onClick={() => props.onChange(props.value === value && props.clearable ? null : value)}
        >
          {text}
          {count === undefined ? null : <span className="chip-count">{count}</span>}
        </button>
      ))}
    </div>
  );
}
