// Svelte Flow needs it, and the oldest Chromium we run in has none.
import 'core-js/actual/promise/with-resolvers';
import { mount } from 'svelte';
import App from './App.svelte';
import { api, subscribe } from './api';
import { BundleState } from './state/bundleState.svelte';
import { BundleWork } from './state/bundleWork.svelte';
import { DataLook } from './state/dataLook.svelte';
import { DeviceState } from './state/deviceState.svelte';
import { Draft } from './state/draft.svelte';
import { EnvironmentState } from './state/environmentState.svelte';
import { ExperimentState } from './state/experiment.svelte';
import { Plan } from './state/plan.svelte';
import { ProjectDocument, type Before } from './state/projectDocument.svelte';
import { CompareState } from './state/compareState.svelte';
import { Results } from './state/results.svelte';
import { RunsState } from './state/runsState.svelte';
import { ProjectRun } from './state/projectRun.svelte';
import './ui/tokens.css';
import './ui/fields.css';
import './ui/warning.css';

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no #app');

const environments = new EnvironmentState(api);
const ensure = environments.ensure.bind(environments);
const clock = () => performance.now();
const experiment = new ExperimentState(api, clock, ensure);
const run = new ProjectRun(api, clock, ensure);
const work = new BundleWork();
const look = new DataLook(api);
const bundle = new BundleState(api, clock, ensure, work);
const device = new DeviceState(api, clock);
subscribe('runtimeProgress', (progress) => device.receive(progress));
subscribe('installProgress', (progress) => environments.receive(progress));
subscribe('dataProgress', (progress) => look.receive(progress));
subscribe('bundleProgress', (progress) => work.receive(progress));
subscribe('experiment', (event) => {
  if (event.type === 'run-started') device.used(event.ran.engine.device);
  experiment.receive(event);
  run.receive(event);
  bundle.receive(event);
});
const compare = new CompareState(api, ensure);
const runs = new RunsState(api, {
  read: () => localStorage.getItem('runs'),
  write: (text) => localStorage.setItem('runs', text),
});
subscribe('trainingAgain', ({ phase }) => {
  compare.receivePhase(phase);
  runs.receivePhase(phase);
});
subscribe('runs', (report) => runs.receive(report));
const results = new Results(api);
const draft = new Draft();
const plan = new Plan();
const project = new ProjectDocument(api, draft, plan);
mount(App, {
  target,
  props: {
    experiment,
    draft,
    plan,
    look,
    run,
    bundle,
    device,
    environments,
    document: project,
    runs,
    compare,
    results,
  },
});
const takeOver = ({ running }: Before) => {
  if (running?.kind === 'project') run.takeOver(running);
  else if (running?.kind === 'article') experiment.takeOver(running);
};
void Promise.all([device.load(), project.begin(takeOver)]).finally(() => {
  // The last open project is drawn and usable; `npm run bench -- startup` reads this mark.
  requestAnimationFrame(() => performance.mark('usable'));
});
