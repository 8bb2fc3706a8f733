// Stands in for kubectl where there is no cluster: runs the tasks of a Job one after the other, as pods would run their containers, but for where the program lies.
// Environment: NODE_MODULES, PROGRAM (the command line's assembly), JOBS (a folder that remembers which Jobs are complete).
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { NODE_MODULES: modules, PROGRAM: program, JOBS: jobs } = process.env;
const [verb, ...rest] = process.argv.slice(2);
const name = rest.find(word => word.startsWith('job/'))?.slice(4);
switch (verb) {
  case 'delete':
    rmSync(join(jobs, name), { force: true });
    break;
  case 'wait':
    process.exit(existsSync(join(jobs, name)) && readFileSync(join(jobs, name), 'utf8') === 'Complete' ? 0 : 1);
    break;
  case 'get':
    process.stdout.write(readFileSync(join(jobs, name), 'utf8') === 'Failed' ? 'True' : '');
    break;
  case 'apply': {
    const { parseAllDocuments } = (await import(pathToFileURL(`${modules}/yaml/dist/index.js`))).default;
    for (const document of parseAllDocuments(readFileSync(rest[1], 'utf8'))) {
      const job = document.toJS();
      const { containers: [container], initContainers = [] } = job.spec.template.spec;
      let state = 'Complete';
      for (let task = 0; task < (job.spec.completions ?? 1); task++) {
        for (const { command, args } of [...initContainers, container]) {
          // Without a command of its own a container runs that of the image: the program.
          const [file, ...words] = command ? [...command, ...args.map(text => text.replaceAll('/app/IrrigationWatch.Cli.dll', program))] : ['dotnet', program, ...args];
          try {
            process.stdout.write(execFileSync(file, words, { env: { ...process.env, JOB_COMPLETION_INDEX: `${task}` }, stdio: ['ignore', 'pipe', 'inherit'] }));
          } catch {
            state = 'Failed';
          }
        }
      }
      writeFileSync(join(jobs, job.metadata.name), state);
    }
    break;
  }
  default:
    throw new Error(`kubectl ${verb} is not known here`);
}
