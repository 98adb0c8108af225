import { describe, expect, it } from 'vitest';
import { captionLines, matchCaptions } from './captions.ts';

const pictures = ['cat.png', 'dog.jpg'];
const wanted = [[0, 'a cat'], [1, 'a dog, asleep'], [1, 'two "dogs"']];

/** (picture, caption) of a file, as the page would pair them. */
function read(file: string, content: string): (readonly [number, string])[] {
  const { pairs, texts } = matchCaptions(pictures, captionLines(file, content, pictures));
  return pairs.map(([picture, text]) => [picture, texts[text] ?? ''] as const);
}

describe('captions of a file', () => {
  it.each([
    ['captions.jsonl', '{"file_name":"x/cat.png","caption":"a cat"}\n{"image":"dog.jpg","captions":["a dog, asleep","two \\"dogs\\""]}\n'],
    ['captions.json', JSON.stringify([{ file: 'cat.png', text: 'a cat' }, { file: 'dog.jpg', text: 'a dog, asleep' }, { file: 'dog', text: 'two "dogs"' }])],
    ['captions_val.json', JSON.stringify({ images: [{ id: 5, file_name: 'cat.png' }, { id: 9, file_name: 'dog.jpg' }], annotations: [{ image_id: 5, caption: 'a cat' }, { image_id: 9, caption: 'a dog, asleep' }, { image_id: 9, caption: 'two\n"dogs"' }] })],
    ['captions.csv', 'image,caption\r\ncat.png,a cat\r\ndog.jpg,"a dog, asleep"\r\ndog.jpg,"two ""dogs"""\r\n'],
    ['unquoted.csv', 'image,caption\ncat.png,a cat\ndog.jpg,a dog, asleep\ndog.jpg,"two ""dogs"""'],
    ['captions.tsv', 'caption\tfilename\na cat\tcat.png\na dog, asleep\tdog.jpg\n"two ""dogs"""\tdog.jpg\n'],
    ['results.csv', 'image_name| comment_number| comment\ncat.png| 0| a cat\ndog.jpg| 0| a dog, asleep\ndog.jpg| 1| two "dogs"\n'],
    ['Flickr8k.token.txt', 'cat.png#0\ta cat\ndog.jpg#0\ta dog, asleep\ndog.jpg#1\ttwo "dogs"\n'],
  ])('%s', (file, content) => {
    expect(read(file, content)).toEqual(wanted);
  });
  it('beside a picture are about it', () => {
    expect(read('dog.txt', 'a dog\n')).toEqual([[1, 'a dog']]);
  });
  it.each([['x.json', '{"a":'], ['x.json', '[1, null, {"caption": 3}]'], ['x.csv', 'no head\nat all\nhere'], ['x.csv', 'a,b\n"open quote\nc'], ['x.jsonl', '\u0000\n{}']])('%s that is none gives no pairs and no failure: %j', (file, content) => {
    expect(read(file, content)).toEqual([]);
  });
});
