import { Button } from 'react-aria-components';
import type { FocalPoint } from '../../stores/register/register-types.ts';
import { Icon } from '../icon.tsx';
import { TextBox } from '../manage/fields.tsx';
import { useTexts } from '../product.tsx';

const most = 20;

/** Whom to call: the first is called first. */
export function FocalPoints(props: {
  readonly points: readonly FocalPoint[];
  readonly onChange: (points: FocalPoint[]) => void;
}) {
  const r = useTexts('register');
  const { points, onChange } = props;
  const change = (index: number, part: Partial<FocalPoint>) =>
    onChange(points.map((point, at) => (at === index ? { ...point, ...part } : point)));
  return (
    <fieldset className="focal-points">
      <legend>{r('field.focalPoints')}</legend>
      {points.length === 0 ? <p className="dim">{r('focal.none')}</p> : null}
      {points.map((point, index) => (
        // Points have no identity of their own: their place in the list is who they are.
        // biome-ignore lint/suspicious/noArrayIndexKey: as said
        <div key={index} className="focal-point">
          <TextBox
            label={r('focal.name')}
            value={point.name}
            onChange={(name) => change(index, { name })}
          />
          <TextBox
            label={r('focal.title')}
            value={point.title}
            onChange={(title) => change(index, { title })}
          />
          <TextBox
            label={r('focal.phone')}
            type="tel"
            max={60}
            value={point.phone}
            onChange={(phone) => change(index, { phone })}
          />
          <TextBox
            label={r('focal.email')}
            value={point.email}
            onChange={(email) => change(index, { email })}
          />
          <Button
            className="button"
            data-small
            onPress={() => onChange(points.filter((_, at) => at !== index))}
          >
            <Icon name="trash" />
            {r('focal.remove')}
          </Button>
        </div>
      ))}
      <Button
        className="button"
        data-small
        isDisabled={points.length >= most}
        onPress={() => onChange([...points, { name: '', title: '', phone: '', email: '' }])}
      >
        <Icon name="add" />
        {r('focal.add')}
      </Button>
    </fieldset>
  );
}
