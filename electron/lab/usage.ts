import { engineCatalog, engineIds } from '../../shared/engines/engineCatalog';
import { runColumnIds } from '../../shared/runs/runColumns';
import { runGroupingIds } from '../../shared/runs/runGroups';
import { protocols, type Protocol } from '../../shared/protocols/protocols';

/** The result expected on TensorFlow.js, and the engines where another one is expected. */
function expectedText(expected: Protocol['expected']): string {
  const others = engineIds.filter((id) => expected[id] !== expected.tfjs);
  const names = others.map((id) => engineCatalog[id].label).join(', ');
  return others.length === 0
    ? expected.tfjs
    : `${expected.tfjs}; ${names}: ${expected[others[0] ?? 'tfjs']}`;
}

export const usage = `lab - Twintrain without a window

  lab article [options]               the article's protocols, with controls
  lab run PROJECT.json [options]      train what a project file describes
  lab data FILE [options]             how a table, arrays or pictures are read
  lab import MODEL -o P.twintrain     make a project of a Keras or TensorFlow.js model
  lab source PROJECT.json [options]   the networks as Keras or TensorFlow.js source
  lab resume FOLDER [--json]          resume an experiment or a run that was interrupted
  lab compare RUN_A RUN_B [options]   compare two run folders
  lab start FROM --into P.twintrain   weights to start from: of a run, bundle, .keras, .h5, safetensors
  lab evaluate RUN [options]          accuracy, confusion and errors on rows it did not see
  lab predict RUN DATA [-o out.csv]   what the trained network says about rows of another file
  lab save RUN --format F -o X        the trained network as Keras, ONNX, TensorFlow.js, ... file
  lab explain RUN_A RUN_B [--json]    the first operation whose result differs, and why
  lab observe RUN --step N [-o DIR]   keep every operation of a step, to be explained elsewhere
  lab noise RUN [options]             repeats of a run: how far chance and rounding bring them
  lab export RUN... -o B.zip          pack runs as one bundle
  lab verify B.zip [--json]           check a bundle for errors
  lab replay B.zip|RUN... [options]   train again what a bundle or runs record, and compare
  lab diff B1.zip B2.zip [--json]     compare two bundles run by run
  lab runs [FOLDER...] [options]      every run in the folders that are kept, as a table
  lab runs ACTION ...                 name, annotate, tag, trash and restore runs, keep folders
  lab environments [ACTION] [options] the Python environments of Keras: list, install, remove

article
  --json               one JSON object per line instead of a table
  --project P.json     a project's network, data and settings in place of the article's
  --seed S             run seed, any text (default 42); a project has its own
  --data NAME|FILE     iris, digits, or a table: CSV, TSV or Parquet (default iris)
  --label COLUMN       the target column of a table; with it all other options of lab data
  --hidden N,N,...     units of the hidden layers (default 64,64)
  --epochs E           (default 10); a project has its own
  --batch B            batch size (default 32); a project has its own
  --threads T          threads inside one operation (default 1)
  --engine LIST        auto, xla, graph, eager (default auto: the faster compiled one), or real
                       Keras 3: keras-jax, keras-tensorflow, keras-torch; several, separated by
                       commas, are compared side by side
  --protocols LIST     numbers such as 1,3 or "all" (default 1,2,3,4)
  --out DIR            where the run folders go (default twintrain-runs)
${protocols.map(({ number, name, expected }) => `    ${number}  ${name} (expected: ${expectedText(expected)})`).join('\n')}
  Exit: 0 all as expected, 1 not as expected, 2 bad input.

run
  --json               one JSON object per run; compare prints the verdict on two
  --engine MODE        instead of the project's
  --out DIR            where the run folders go (default twintrain-runs)
  Exit: 0 all runs finished, 1 a run failed, 2 bad input.

data
  FILE                 CSV, TSV or Parquet, .npy or .npz (FILE.npz:ARRAY,...), or a folder of
                       pictures; what is not given is recognised and printed
  --label COLUMN       the target; several times for several columns
  --target KIND        class, or number to predict
  --role COLUMN=ROLE   number, one-hot, ordinal, index (of an embedding), tokens (words), target,
                       weight (of the row), group, left-out
  --words COLUMN=N[,V] words as numbers: N per row, of a vocabulary of V
  --order COLUMN=A,B,C an ordinal column's categories from the lowest (default sorted)
  --missing COLUMN=HOW refuse, drop (the row), mean, or a value or word; *=HOW for every column
  --also-missing A,B   texts that stand for a missing cell, such as ? or -999; none for none
  --encoding NAME      utf-8, utf-16le, utf-16be, gbk, latin-1; --separator S: one sign,
                       tab, space, or spaces (any number of them)
  --decimal . or ,     and --thousands S, --quote S, --comment S: one sign, or none
  --header yes|no      whether the first line names the columns; --skip N lines before it
  --standardise yes|no number columns with mean 0 and standard deviation 1 (default yes)
  --standardise-target yes|no  the same for the numbers to predict (default no)
  --validation FILE    rows of their own for validation: a file or folder like the first
  --window N[,A[,S]]   a series: N rows at a time, the target A rows later (default 1), S rows to
                       the next window (default 1); --window-target yes: with the target's past
  --labels FILE        of .npy rows: their labels or numbers to predict; --weights FILE and
                       --groups FILE of each row; --validation-labels FILE
  --size HxW           of pictures, which are resized; --channels 1 (grey) or 3
  --into PROJECT       makes it the data of that project file
  --json               one JSON object: source (as a project names it), what was recognised, and
                       what the network sees
  --kept               without a file: the arrays that are kept of data that was read; --empty
                       removes them, --limit GIB says how much is kept at most (default 8)
  Exit: 0 read, 2 bad input.

import
  MODEL                .keras, .h5, JSON of to_json(), or TensorFlow.js' model.json
  -o, --out FILE       the project; weights go beside it as NAME.weights.safetensors
  --json               one JSON object, with all that was left out
  Exit: 0 written, 2 not supported, with every reason.

source
  --language NAME      python (Keras 3, the default) or typescript (TensorFlow.js)
  --style STYLE        sequential, functional or subclass; needed where the project has two
  -o, --out FILE       into a file instead of to stdout
  --json               one JSON object
  Exit: 0 written, 2 bad input.

resume
  FOLDER               of an experiment or of one of its runs, even if moved or copied: trains
                       all that is missing; a run outside an experiment is resumed by itself
  --json               as run or article print it
  Exit: as run or article exit.

compare
  --json               one JSON object
  --settings           what is set differently in any number of runs, instead of a verdict
  --ignore LIST        settings to leave out, such as environment,network.style
  --csv FILE           every step of both with difference and ULPs; --svg FILE as a drawing
  --flips              held-out rows whose predicted class differs, with both outputs
  --weights            how far each tensor is apart by step: trains both again, and keeps their
                       weights after up to 20 steps
  --noise              how much of the difference is within what repeats of RUN_A with other seeds
                       in the kept folders differ by
  --repair             train both with the first run's settings, repaired by what would make them
                       equal, and compare those; --out DIR for the new runs
  --against RUN...     after a group of runs: compares it with another group, such as repeats with
                       other seeds: each pair of one seed, how both spread, what was set differently
  --replay WHEN        train both again to name the first tensor that differs by arithmetic:
                       auto (default: if it takes less than a minute), always or never
  Exit: 0 exact, 1 different or not verified, 2 bad input.

evaluate
  RUN                  predicts the rows that the run held out, or all of them where it held out none
  --weights WHICH      final, best or initial (default final)
  --data DATA          rows of another file or folder instead, prepared as those that it trained on;
                       of NumPy arrays --labels FILE has their targets
  --json               one JSON object: confusion matrix, precision, recall, F1 and support of each
                       class, ROC, precision and recall, calibration, wrong rows; or residuals
  Exit: 0 evaluated, 2 bad input. What is found on the run's own data is kept with its records.

start
  FROM --into PROJECT  the project starts from weights of FROM: a run's folder, a bundle, a .keras, .h5 or
                       .safetensors file; layers are matched by name, else by order and shapes
  --which WHICH        of a run or bundle: final (default), best or initial weights
  --step N             those after step N, for which the run is trained again up to there
  --optimiser          with --step: the optimiser goes on with its state
  --random             with --step: orders and dropout masks go on where they were
  --layer OWN=THEIRS   a layer takes the weights of this one (repeat it); OWN= has it drawn
  --run NAME           of a bundle with several runs
  --replace            PROJECT.weights.safetensors, where it is there and the project does not use it
  --json               one JSON object: which layer takes whose weights, what is drawn and restored
  Exit: 0 written beside the project, 2 bad input.

save
  RUN -o X             the trained network, with what is done to its rows beside it (JSON and Python)
  --format FORMAT      keras, savedmodel (a folder, made by Keras in its environment for TensorFlow),
                       onnx, tfjs (a folder), safetensors (weights only); default: by X's ending
  --weights WHICH      final, best or initial (default final)
  --replace            a file of that name (it is refused otherwise)
  --json               one JSON object: path, preprocessing, code, snippet that loads it
  Exit: 0 saved, 2 bad input.

predict
  RUN DATA             a table, arrays (FILE.npz:ARRAY,...) or pictures, prepared as those that the run trained on: columns by
                       name, scales, categories, vocabulary, sizes; its targets may be missing,
                       then they are not shown
  -o, --out FILE.csv   row or file, prediction, probability of each class (else on stdout)
  --replace            a file of that name (it is refused otherwise)
  --weights WHICH      final, best or initial (default final)
  --labels FILE        of NumPy arrays: their targets, shown beside the predictions
  --json               one JSON object
  Exit: 0 predicted, 2 bad input.

explain
  RUN_A RUN_B          both are trained again up to the first step that differs, which is then
                       computed operation by operation in each run's own environment
  --json               one JSON object: step, operation, reason, path; null where none differs
  Exit: 0 found, 1 none differs, 2 bad input.

observe
  --step N             trains a run again up to step N and keeps every operation of it; explain takes
                       two such folders, of whatever machines, in place of runs
  -o, --out DIR        where the folder is made (default twintrain-runs)
  --json               one JSON object
  Exit: 0 kept, 2 bad input, or a run that is not reproducible here.

noise
  --seeds N            train it with N other seeds (default 5), besides once as it is, which must
                       be exact, and once with one bit of one initial weight changed
  --out DIR            where the repeats go (default twintrain-runs); with them in a kept folder,
                       compare --noise and the window use them
  --json               one JSON object per repeat, and one with the floor: the largest distance of
                       all steps, its step, and the last one
  Exit: 0 the repeat with the same seed is exact, 1 it is not, 2 bad input.

export
  -o, --out B.zip      the bundle; RUN may also be a folder that holds runs
  --data embed|hash    the rows as the network saw them, or their sha256 only (default embed)
  --key FILE           sign with an Ed25519 private key in PEM
  --json               one JSON object
  Exit: 0 written, 1 failed, 2 bad input.

verify
  --key ID             require a signature by this key (sha256 of its public key)
  --json               one JSON object with the findings
  Exit: 0 clean, 1 findings, 2 not a bundle.

replay
  --json               one JSON object per run, and one with the verdict
  --out DIR            where the new run folders go (default twintrain-runs)
  --data PATH          your copy of data that the bundle names by its hash only
  --engine MODE        another mode or engine instead of the recorded one
  --threads T          instead of the recorded count
  Exit: 0 exact or within tolerance, 1 different or not verified, 2 bad input.

runs
  FOLDER               look there instead of in the kept folders: those of the window, those
                       that were added, and twintrain-runs here
  --filter QUERY       words that must occur; column:text, column>number, -word to exclude:
                       "engine:keras-jax seed:42 loss<0.1 -tags:old"
  --sort COLUMN        -COLUMN for the largest first (default -date)
  --group BY           ${runGroupingIds.join(', ')};
                       settings groups by everything but the seed
  --columns LIST       of ${runColumnIds.slice(0, 9).join(', ')},
                       ${runColumnIds.slice(9).join(', ')}; or all
  --limit N            no more than N lines
  --json               one JSON object per run or group, or per thing that an action did
  folders              the kept folders; keep FOLDER... adds some, forget FOLDER... removes them,
                       leaving their runs where they are
  name RUN TEXT        calls a run TEXT; note RUN TEXT and tag RUN A,B... likewise
  trash RUN...         moves runs to the trash of their folder; without RUN lists it, --empty
                       deletes it for good
  restore RUN...       moves runs back to where they were
  project RUN -o P.twintrain
                       the project with exactly the settings of a run
  Exit: 0 done, 1 failed, 2 bad input.

environments
  (no action)          what is installed, from what, where, and how large it is
  install ENGINE       keras-jax, keras-tensorflow or keras-torch, now instead of at its first run
  use ENGINE           choose what trains from now on, in the window as well: the pinned
                       releases, or what --keras or --python names
  remove ENGINE        delete all that was installed for it
  --wheels DIR         install from a folder of wheels, without a network
  --keras VERSION      with another release of Keras (3.9 or newer), such as 3.14.1
  --python PATH        a Python of yours, in which nothing is installed
  --json               one JSON object per engine
  Exit: 0 done, 1 failed, 2 bad input.

diff
  --json               one JSON object a run
  Exit: 0 all runs exact, 1 not, 2 bad input.
`;
