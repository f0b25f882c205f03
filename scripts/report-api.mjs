/**
 * Writes what each entry point of the published packages exports to a report in the package's folder `etc`, so that a change
 * of the public surface is seen in review. After `npm run build`:
 *
 *   node scripts/report-api.mjs            # writes the reports
 *   node scripts/report-api.mjs --check    # fails where one differs from what is there
 *
 * Either fails where a public type names one that no entry point exports: export it, or take what names it out of the
 * declarations by `@internal`.
 */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { publishedPackages, ROOT } from './published-packages.mjs';

/** Tables that types of options, regions and geographies are derived from, so that each member is said once; what they are made of. */
const TABLES =
  'ACCESS CACHE CLIENT GENERAL LATENCY PLACES PRICING QUOTAS REFRESH REGIONS RETENTION SCAN Given Option Read Secret';
/** What declarations name and nobody imports: those, and the base that Nest builds for the module. */
const UNNAMED = new Set(['ConfigurableModuleClass', ...TABLES.split(' ')]);

const MADE = join(ROOT, 'node_modules/.cache/api-reports');
const problems = [];

for (const { folder, manifest } of await publishedPackages()) {
  const made = join(MADE, folder);
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  reportPackage(join(ROOT, folder), manifest, made);
  for (const file of await readdir(made)) {
    await writeFile(join(made, file), withSortedUnions(await readFile(join(made, file), 'utf8')));
  }
  const reports = join(ROOT, folder, 'etc');
  if (process.argv.includes('--check')) {
    compare(made, reports);
  } else {
    await keep(made, reports);
  }
}
process.stderr.write(problems.map((problem) => `${problem}\n`).join(''));
process.exitCode = problems.length > 0 ? 1 : 0;

function reportPackage(folder, { name, exports }, made) {
  const configs = Object.entries(exports)
    .filter(([, target]) => typeof target !== 'string')
    .map(([subpath, { types }]) => configOf(folder, types, name + subpath.slice(1).replaceAll('/', '.'), made));
  const compilerState = CompilerState.create(configs[0], {
    additionalEntryPoints: configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
  });
  const exported = exportsOf(compilerState.program, configs[0].mainEntryPointFilePath);
  for (const config of configs) {
    reportEntryPoint(config, compilerState, exported);
  }
}

function configOf(folder, types, reportFileName, made) {
  const silent = { logLevel: ExtractorLogLevel.None };
  const loud = { logLevel: ExtractorLogLevel.Warning };
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, types),
      compiler: { tsconfigFilePath: join(folder, 'tsconfig.json') },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName,
        reportFolder: made,
        reportTempFolder: join(MADE, 'temporary'),
        // The main entry point shows the tables.
        includeForgottenExports: !reportFileName.includes('.'),
      },
      messages: {
        compilerMessageReporting: { default: loud },
        // Comments are checked by TypeDoc, and there is one kind of release.
        tsdocMessageReporting: { default: silent },
        extractorMessageReporting: { default: silent, 'ae-forgotten-export': loud },
      },
    },
  });
}

function exportsOf(program, path) {
  const checker = program.getTypeChecker();
  const entry = checker.getSymbolAtLocation(program.getSourceFile(path));
  return new Set(checker.getExportsOfModule(entry).map((symbol) => symbol.name));
}

/** @param exported by the package's main entry point: other ones may name it */
function reportEntryPoint(config, compilerState, exported) {
  Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      const forgotten = /^The symbol "(.*)" needs to be exported/.exec(message.text)?.[1];
      if (isProblem(message) && !exported.has(forgotten) && !UNNAMED.has(forgotten)) {
        problems.push(`${relative(ROOT, message.sourceFilePath)}:${message.sourceFileLine} ${message.text}`);
      }
    },
  });
}

function isProblem({ category, logLevel }) {
  return category !== 'console' && (logLevel === 'warning' || logLevel === 'error');
}

/** The compiler lists the members of a union in the order in which it met them, which differs from build to build. */
function withSortedUnions(report) {
  const member = String.raw`(?:(?:keyof|readonly|typeof) )*(?:"[^"\n]*"|[\w.]+)(?:\[\])*`;
  const union = new RegExp(String.raw`(?<![\w.>)\]&] |[\w.])${member}(?: \| ${member})+(?![\w.<([]| &)`, 'g');
  return report.replace(union, (members) => members.split(' | ').sort().join(' | '));
}

async function keep(made, reports) {
  await rm(reports, { recursive: true, force: true });
  await cp(made, reports, { recursive: true });
}

function compare(made, reports) {
  const { status, stdout } = spawnSync('diff', ['--recursive', '--new-file', '--unified', reports, made], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(stdout);
    problems.push(`${relative(ROOT, reports)} differs from what the package exports: npm run build && npm run api`);
  }
}
