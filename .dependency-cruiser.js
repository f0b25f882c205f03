/** Folders of the library from the top down: a folder imports itself and what stands below it. */
const LAYERS = [
  ['module'],
  ['diagnostics'],
  ['doctor'],
  ['policy'],
  ['routing'],
  ['refresh'],
  ['access'],
  ['facts'],
  ['catalog'],
  ['inventory'],
  ['latency'],
  ['cache'],
  ['aws'],
  ['reporting'],
  ['options'],
  ['regions'],
  ['errors'],
  ['util'],
];
const LIBRARY = '^libs/bedrock-discovery/src/';
const COMMAND_LINE = '^libs/bedrock-discovery-cli/src/';
const SPEC = String.raw`\.spec\.`;

/** What a page may load of the library: values and their words, which import nothing else but types. */
const BROWSER_SAFE = [
  'access/access.types',
  'catalog/(arn|vias)',
  'catalog/models/capabilities',
  'enumerations',
  'errors/(errors|failure-texts|redact)',
  'facts/(fact-rules|path-fact)',
  'facts/[a-z]+/[a-z-]+(-rule|\\.types)',
  'inventory/(changes|listing)',
  'options/optional-listings',
  'regions/(geographies|partitions)',
  'snippets/(index|model-kind|[a-z-]+-snippets?|snippets|snippet\\.types)',
  'routing/(eligibility|route.types|verdict)',
  'util/(guards|pair)',
].map((path) => `${LIBRARY}${path}\\.ts$`);

const layerRules = LAYERS.flatMap((layer, depth) => {
  const below = LAYERS.slice(depth + 1).flat();
  const besides = depth === LAYERS.length - 1 ? layer : [];
  return layer.map((folder) => ({
    name: `arrows-point-down-from-${folder}`,
    severity: 'error',
    comment: `${folder}/ imports only itself and ${[...below, ...besides.filter((name) => name !== folder)].join(', ')}`,
    from: { path: `${LIBRARY}${folder}/`, pathNot: SPEC },
    to: { path: LIBRARY, pathNot: `${LIBRARY}(${[folder, ...below, ...besides].join('|')})/` },
  }));
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'everything-resolves',
      severity: 'error',
      comment: 'but for the workspaces themselves, which resolve once they are built',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(nestjs-bedrock-discovery|bedrock-simulator|explorer-web)(/|$)' },
    },
    ...layerRules,
    {
      name: 'every-folder-has-a-layer',
      severity: 'error',
      comment: 'a new folder of the library is entered in LAYERS, or is an entry point of its own like config/',
      from: { path: '^libs/' },
      to: {
        path: LIBRARY,
        pathNot: `${LIBRARY}((enumerations|index)\\.ts|(config|health|http|redis|snippets|telemetry|testing|${LAYERS.flat().join('|')})/)`,
      },
    },
    {
      name: 'config-stands-on-options-and-errors',
      severity: 'error',
      from: { path: `${LIBRARY}config/`, pathNot: SPEC },
      to: { path: LIBRARY, pathNot: `${LIBRARY}(config|options|errors)/` },
    },
    {
      name: 'health-stands-on-what-is-listed',
      severity: 'error',
      from: { path: `${LIBRARY}health/`, pathNot: SPEC },
      to: { path: LIBRARY, pathNot: `${LIBRARY}((health|catalog|inventory|regions|errors|util)/|module/registration)` },
    },
    {
      name: 'telemetry-is-an-entry-point',
      severity: 'error',
      comment: 'it reads all of the library, which knows nothing of it, nor of OpenTelemetry',
      from: { path: LIBRARY, pathNot: [SPEC, `${LIBRARY}telemetry/`] },
      to: { path: [`${LIBRARY}telemetry/`, '(^|/)@opentelemetry/'] },
    },
    {
      name: 'http-stands-on-errors',
      severity: 'error',
      from: { path: `${LIBRARY}http/`, pathNot: SPEC },
      to: { path: LIBRARY, pathNot: `${LIBRARY}(http|routing|errors)/` },
    },
    {
      name: 'redis-stands-on-options',
      severity: 'error',
      from: { path: `${LIBRARY}redis/`, pathNot: SPEC },
      to: { path: LIBRARY, pathNot: `${LIBRARY}(redis|options)/` },
    },
    {
      name: 'nothing-knows-of-testing',
      severity: 'error',
      comment: 'testing/ is for the tests of applications; of what is published only it knows itself',
      from: { path: '^(libs|src)/', pathNot: [SPEC, `${LIBRARY}testing/`] },
      to: { path: ['^libs/bedrock-discovery/(src|dist)/testing/', '^nestjs-bedrock-discovery/testing$'] },
    },
    {
      name: 'nothing-imports-an-entry-point',
      severity: 'error',
      comment: 'index.ts is for users; inside, files import each other by path',
      from: { path: '^libs/', pathNot: SPEC },
      to: { path: ['^libs/[^/]+/src/index\\.ts$', '^libs/[^/]+/src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'no-tests-in-what-is-published',
      severity: 'error',
      from: { path: '^(libs|src)/', pathNot: SPEC },
      to: { path: [SPEC, String.raw`\.e2e-spec\.`, '^test/', '(^|/)(@jest/globals|@nestjs/testing|fast-check)(/|$)'] },
    },
    {
      name: 'library-knows-neither-simulator-nor-application',
      severity: 'error',
      from: { path: LIBRARY, pathNot: SPEC },
      to: { path: ['(^|/)bedrock-simulator(/|$)', '^(src|test|bench)/'] },
    },
    {
      name: 'simulator-knows-neither-library-nor-application',
      severity: 'error',
      from: { path: '^libs/bedrock-simulator/src/', pathNot: SPEC },
      to: { path: ['(^|/)(nestjs-)?bedrock-discovery(/|$)', '^(src|test|bench)/'] },
    },
    {
      name: 'the-page-runs-in-a-browser',
      severity: 'error',
      comment:
        'it knows the types, enumerations and snippets of the library, and of what runs on a server nothing else',
      from: { path: '^libs/explorer-web/src/', pathNot: SPEC },
      to: {
        path: ['(^|/)(nestjs-bedrock-discovery|bedrock-discovery|bedrock-simulator)(/|$)', '^(src|test|bench)/'],
        pathNot: '(^|/)(nestjs-)?bedrock-discovery/((bundle|dist|src)/)?(enumerations|snippets)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'enumerations-run-in-a-browser',
      severity: 'error',
      comment:
        'nothing of Node, of Nest or of any package can be reached from enumerations.ts and snippets/, but for types',
      from: { path: BROWSER_SAFE },
      to: { pathNot: BROWSER_SAFE, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'regions-run-in-a-browser',
      severity: 'error',
      comment: 'and load at once, for the help of the command line',
      from: { path: `${LIBRARY}regions/index[.]ts$` },
      to: { reachable: true, path: String.raw`^(node:|fs|path|util|crypto)|(^|/)@(nestjs|aws-sdk|smithy)/|/zod/` },
    },
    {
      name: 'the-page-needs-nothing-of-node',
      severity: 'error',
      from: { path: '^libs/explorer-web/src/', pathNot: SPEC },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'sdk-is-loaded-on-demand',
      severity: 'error',
      comment: 'a process that answers from its cache starts without it; aws/clients/bedrock-sdk.ts loads the client',
      from: { path: LIBRARY, pathNot: [SPEC, `${LIBRARY}(testing/|aws/clients/bedrock-sdk)`] },
      to: {
        path: '(^|/)@(aws-sdk/(client-|credential-provider-)|smithy/)',
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    {
      name: 'a-sample-stands-alone',
      severity: 'error',
      comment: 'it can be copied: of this repository it knows the packages, and its test a simulated AWS',
      from: { path: '^samples/([0-9]+-[a-z-]+)/' },
      to: { path: '^(samples|src|test|bench)/', pathNot: '^samples/($1|support)/' },
    },
    {
      name: 'nothing-published-knows-the-command-line',
      severity: 'error',
      from: { path: ['^libs/bedrock-discovery/', '^libs/bedrock-simulator/'], pathNot: SPEC },
      to: { path: '(^|/)bedrock-discovery-cli(/|$)' },
    },
    {
      name: 'command-line-uses-the-packages',
      severity: 'error',
      from: { path: COMMAND_LINE, pathNot: SPEC },
      to: { path: ['^libs/(bedrock-discovery|bedrock-simulator)/src/', '^(src|test|bench)/'] },
    },
    {
      name: 'command-line-draws-without-knowing-commands',
      severity: 'error',
      from: { path: `${COMMAND_LINE}(output|options)/`, pathNot: SPEC },
      to: { path: `${COMMAND_LINE}(commands|completion|discovery|errors)/` },
    },
    {
      name: 'command-line-loads-the-simulator-only-when-asked',
      severity: 'error',
      from: { path: COMMAND_LINE, pathNot: SPEC },
      to: { path: '(^|/)bedrock-simulator(/|$)', dependencyTypesNot: ['type-only', 'dynamic-import'] },
    },
    {
      name: 'application-uses-the-packages',
      severity: 'error',
      comment: 'the application imports the libraries by package name, as a user would',
      from: { path: '^src/' },
      to: { path: '^libs/[^/]+/src/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules|^libs/[^/]+/dist' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
};
