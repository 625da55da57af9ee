import type { Site } from '../../stores/register/register-types.ts';

export function addressLine({ address, district, province }: Site): string {
  return [address, district, province].filter(Boolean).join(', ');
}
