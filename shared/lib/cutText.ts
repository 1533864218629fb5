/** A text for a message: at most so many characters of it, with an ellipsis where it goes on. */
export function cutText(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
