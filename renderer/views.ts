/** The places of the window, in the order of their keys Ctrl+1, Ctrl+2 and so on. */
export const views = [
  { name: 'Build', is: 'The network in its two styles' },
  { name: 'Run', is: 'The network trained in both styles, side by side' },
  { name: 'Article', is: 'The article’s protocols, with controls and causes' },
  { name: 'Runs', is: 'Every run in the folders that you keep' },
  { name: 'Compare', is: 'Two runs side by side: where they part and why' },
  { name: 'Bundles', is: 'Runs from others: verified, shown, trained again' },
] as const;
export type View = (typeof views)[number]['name'];
