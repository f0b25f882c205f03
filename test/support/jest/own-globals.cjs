/** As Jest gives them to the suite that runs. */
module.exports = require('@jest/globals');
