import { z } from 'zod';

/** A path to a file or folder. */
export const pathSchema = z.string().min(1).max(4_096);
