// Opens the app folder named on the command line, as Electron's own default app does.
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (folder === undefined) {
  process.stderr.write('usage: electron <app folder>\n');
  app.exit(2);
} else {
  const root = resolve(folder);
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  app.setAppPath(root);
  app.setName(about.productName ?? about.name);
  app.setVersion(about.version);
  require(join(root, about.main));
}
