/**
 * The rules of direction of docs/architecture.md. `npm test` runs them, plants one violation to see
 * that they bite, and fails when fewer modules were seen than the tree has.
 */
const pure = '^src/(std|contract|codec|rtp|rtsp-parse|evidence-format)/';
const domain =
  '^src/(rtsp|streams|store|vault|sites|onvif|hubs|discovery|sheets|watch|ptz|incidents|evidence|reports|survey|operators|audit|replay|clips)/';

const only = (name, from, to, comment) => ({
  name,
  comment: `${comment} (docs/architecture.md, "Rules of direction")`,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|electron|renderer)/', pathNot: to },
});

module.exports = {
  forbidden: [
    only(
      'std-knows-nobody',
      '^src/(std|contract)/',
      '^src/(std|contract)/',
      'contract and std use only each other',
    ),
    only(
      'parsers-are-pure',
      '^src/(codec|rtp|rtsp-parse|evidence-format)/',
      pure,
      'parsers and codecs use only each other, contract and std',
    ),
    only(
      'domain-knows-no-host',
      domain,
      `${pure}|${domain}`,
      'domain folders use parsers, contract, std and each other',
    ),
    only(
      'demo-is-a-camera',
      '^src/demo/',
      `${pure}|^src/(demo|sites|rtsp)/|^src/onvif/(xml|xml-guard|onvif-time)[.]ts$`,
      'the simulator knows the protocol, not the product',
    ),
    only(
      'host-knows-no-shell',
      '^src/host/',
      `${pure}|${domain}|^src/(host|demo)/`,
      'the core does not know its shells',
    ),
    only(
      'kiosk-uses-host',
      '^src/kiosk/',
      `^src/(std|contract|host|kiosk)/`,
      'a shell uses contract, std and the host',
    ),
    only(
      'electron-uses-host',
      '^electron/',
      `^src/(std|contract|host)/|^electron/`,
      'a shell uses contract, std and the host',
    ),
    only(
      'renderer-knows-contract',
      '^renderer/',
      '^src/(std|contract|codec|evidence-format)/|^renderer/',
      'the page knows contract, std and codec only',
    ),
    only(
      'screens-decode-nothing',
      '^renderer/screens/',
      '^src/(std|contract)/|^renderer/',
      'screens know contract and std only',
    ),
    {
      name: 'pure-rooms-use-no-node',
      comment: 'parsers run anywhere: no node: modules, no packages but zod',
      severity: 'error',
      from: { path: pure },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'],
        pathNot: 'node_modules/zod/',
      },
    },
    {
      name: 'renderer-uses-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'react-stays-in-screens',
      comment: 'the wall engine, stores and wire live outside React',
      severity: 'error',
      from: { path: '^(src|electron)/|^renderer/(wire|stores|wall)/' },
      to: { path: 'node_modules/(react|react-dom|react-aria|react-aria-components)/' },
    },
    {
      name: 'electron-only-in-its-shell',
      comment: 'the first require of electron may download it: never outside electron/',
      severity: 'error',
      from: { pathNot: '^(electron|tests/electron)/' },
      to: { path: 'node_modules/electron/' },
    },
    {
      name: 'product-never-uses-tests-or-build',
      severity: 'error',
      from: { path: '^(src|electron|renderer)/' },
      to: { path: '^(tests|build)/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
