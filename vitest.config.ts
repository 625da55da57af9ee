import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/**
 * Four projects: `unit` (no sockets, quick), `net` (real servers, namespaces, child processes),
 * `page` (in real Chromium), `e2e` (the whole product). The last three run one file at a time: they
 * share two cores with the servers they start.
 */
export default defineConfig({
  test: {
    reporters: process.env.CI ? ['default'] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'net',
          include: ['tests/net/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Found while a test runs, a dependency would reload the page under it.
        optimizeDeps: {
          include: [
            '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter',
            '@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview',
            '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview',
            '@tanstack/react-virtual',
            'i18next',
            'react',
            'react-aria-components',
            'react-dom/client',
            'react/jsx-dev-runtime',
            'react/jsx-runtime',
            'zod/mini',
            'zustand',
            'zustand/vanilla',
          ],
        },
        test: {
          name: 'page',
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
          fileParallelism: false,
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: process.env.VONGGAC_CHROMIUM ?? '/usr/bin/chromium',
                args: [
                  '--no-sandbox',
                  '--disable-gpu',
                  '--disable-quic',
                  '--no-first-run',
                  '--disable-background-networking',
                  '--disable-component-update',
                  '--disable-sync',
                  '--autoplay-policy=no-user-gesture-required',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
