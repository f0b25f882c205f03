import { pathToFileURL } from 'node:url';

/**
 * Runs programs one after the other in one process, so that what they have in common is loaded once: each begins when those
 * before have left nothing to do. Of each, its index stands before what it prints, between two zeros.
 */
const programs = process.argv.slice(2);
const environment = { ...process.env };
let runs = 0;

process.on('beforeExit', () => {
  const program = programs[runs];
  if (program !== undefined) {
    restoreEnvironment();
    process.stdout.write(`\0${runs}\0`);
    runs += 1;
    import(pathToFileURL(program).href).catch((error) => console.log(error));
  }
});

function restoreEnvironment() {
  for (const name of Object.keys(process.env).filter((each) => !(each in environment))) {
    delete process.env[name];
  }
  Object.assign(process.env, environment);
}
