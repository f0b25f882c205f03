import type { PipeTransform } from '@nestjs/common';

/** Ids and ARNs hold `:` and `/`: a wildcard takes both the raw and the encoded form, decoded segment by segment. */
export class PathIdPipe implements PipeTransform<readonly string[], string> {
  transform(segments: readonly string[]): string {
    return segments.join('/');
  }
}
