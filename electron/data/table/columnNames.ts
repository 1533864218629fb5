/** Names of columns: numbered where the file has none, and told apart where it repeats one. */
export function columnNames(header: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return header.map((own, at) => {
    const wanted = own === '' ? `column ${at + 1}` : own;
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted} (${count})`;
    taken.add(name);
    return name;
  });
}
