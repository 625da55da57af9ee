import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { fakeSurvey, someJob, surveyRow } from '../manage/fake-connect.ts';
import { fakeRegister } from '../manage/fake-register.ts';
import { mount, unmountAll, until } from '../mount.tsx';

afterEach(unmountAll);

const open = async (job: typeof someJob | null = someJob) => {
  const mounted = await mount({
    prepare: (core) => {
      fakeRegister(core, 3);
      fakeSurvey(core, job);
    },
  });
  mounted.commands.openManage('survey');
  return mounted;
};
const row = (name: string) =>
  [...document.querySelectorAll('.table-row')].find((each) => each.textContent?.startsWith(name));

test('rows are live: a verdict with its reason and the next step comes without asking again', async () => {
  const { core } = await open();
  await until(() => row('Hành lang 3')?.textContent?.includes('đang đo luồng'));
  const asked = core.calls('survey.rows').length;
  core.emit('survey.progress', {
    job: { ...someJob, counts: { ...someJob.counts, done: 41, cannotConnect: 8 } },
    rows: [
      surveyRow(3, {
        step: 'done',
        verdict: 'cannot-connect',
        reasons: [{ code: 'login-refused', weight: 'blocks', params: {} }],
      }),
    ],
    more: false,
  });
  await until(() => row('Hành lang 3')?.textContent?.includes('Không nối được'));
  expect(row('Hành lang 3')?.textContent).toMatch(/mật khẩu/u);
  expect(document.querySelector('.progress')?.textContent).toContain('41 / 60');
  expect(core.calls('survey.rows')).toHaveLength(asked);
});

test('a line opens everything that was found, serial numbers and versions as they are', async () => {
  await open();
  await until(() => row('Hành lang 2'));
  (row('Hành lang 2') as HTMLElement).click();
  await until(() => document.querySelector('.card .reasons'));
  const card = document.querySelector('.card')?.textContent;
  expect(card).toContain('404705923918060213');
  expect(card).toContain('5.10');
  expect(card).toContain('có từ 20/05/2021');
});

test('it starts with what is chosen in the register, or with everything', async () => {
  const { core, register } = await open(null);
  await until(() => document.querySelector('.blank')?.textContent?.includes('Chưa khảo sát'));
  const [first] = (await core.call('register.page', { filter: {}, offset: 0, limit: 1 })).rows;
  if (first) register.selectCamera(first, true);
  await page.getByRole('button', { name: 'Khảo sát 1 camera đã chọn' }).click();
  await until(() => core.calls('survey.start').length === 1);
  expect(core.calls('survey.start')).toEqual([{ cameraIds: ['cam-0'] }]);
});

test('a sheet is printed with the letterhead that was typed', async () => {
  const { core } = await open();
  core.answer('survey.export', () => ({
    exportId: 'x',
    fileName: 'phieu.pdf',
    mediaType: 'application/pdf',
    size: 3,
  }));
  core.answer('survey.download', () => ({ base64: btoa('pdf'), next: null }));
  await until(() => row('Hành lang 2'));
  await page.getByRole('button', { name: 'Phiếu khảo sát (PDF)' }).click();
  await page.getByRole('textbox', { name: 'Cơ quan lập' }).fill('Tổ kết nối');
  await page.getByRole('button', { name: 'Làm tệp PDF' }).click();
  await until(() => page.getByText('Đã lưu phieu.pdf').query());
  expect(core.calls('survey.export')[0]).toMatchObject({
    format: 'pdf-sheet',
    letterhead: { agency: 'Tổ kết nối', signerName: '' },
  });
});
