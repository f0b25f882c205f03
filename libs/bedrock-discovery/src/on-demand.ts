/**
 * The library for processes that live shortly and mostly answer from their cache, such as command lines and functions: the
 * AWS SDK is loaded when AWS is first asked, and not at the start. All else is as in the main entry.
 */
export * from './api.js';
