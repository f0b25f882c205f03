/** Jest needs some milliseconds after this hook to write its report; then nothing but an open handle keeps it alive. */
const EXIT_WITHIN_MS = 5_000;

/** Ends a run that would otherwise wait for ever for what its tests left open, and fails it. */
export default function guardExit() {
  setTimeout(() => {
    process.stderr.write(`Still alive after the last test: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(1);
  }, EXIT_WITHIN_MS).unref();
}
