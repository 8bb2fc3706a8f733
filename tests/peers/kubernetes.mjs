// Reads manifests and validates each by the schema of the API of Kubernetes. Arguments: folder of node_modules, manifest.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [modules, manifest] = process.argv.slice(2);
const { Job } = await import(pathToFileURL(`${modules}/kubernetes-models/batch/v1/index.js`));
const { parseAllDocuments } = (await import(pathToFileURL(`${modules}/yaml/dist/index.js`))).default;
const documents = parseAllDocuments(readFileSync(manifest, 'utf8'));
for (const document of documents) {
  if (document.errors.length > 0) throw document.errors[0];
  const job = document.toJS();
  if (job.apiVersion !== 'batch/v1' || job.kind !== 'Job') throw new Error(`a ${job.kind} of ${job.apiVersion}`);
  new Job(job).validate();
}
console.log(JSON.stringify(documents.map(document => document.toJS())));
