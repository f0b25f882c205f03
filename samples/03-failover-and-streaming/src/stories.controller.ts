import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { Storyteller } from './storyteller.js';

@Controller('stories')
export class StoriesController {
  constructor(private readonly storyteller: Storyteller) {}

  /** Each piece is sent as it comes; a client that goes away ends the call. */
  @Get()
  tell(@Query('about') about = 'the sea'): StreamableFile {
    const pieces = Readable.from(this.storyteller.tell(`Tell me a story about ${about}.`));
    return new StreamableFile(pieces, { type: 'text/plain; charset=utf-8' });
  }
}
