// Reads pairs of templates from standard input, and prints what becomes of every resource by @aws-cdk/cloudformation-diff.
const {fullDiff} = require('@aws-cdk/cloudformation-diff');

const pairs = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const impacts = pairs.map(([before, after]) => {
  const found = {};
  fullDiff(before, after).resources.forEachDifference((id, change) => { found[id] = change.changeImpact; });
  return found;
});
process.stdout.write(JSON.stringify(impacts));
