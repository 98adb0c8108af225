import { InputError } from '../core/errors.ts';
import { isAllowed, isKind, type PickleValue } from './pickle-values.ts';
import { short } from './text.ts';
import { PickleReader } from './unpickle-reader.ts';
import { construct, storageOf } from './unpickle-torch.ts';

/** State dicts need a few thousand; with the pickle's own size this bounds memory. */
const MAX_OPCODES = 1_000_000;

const MARK = Symbol('mark');
type StackItem = PickleValue | typeof MARK;

/**
 * Reads the pickle of a torch archive with an allow-list: collections.OrderedDict, the two torch tensor rebuilders and the torch
 * storages. Every other name is refused as soon as it appears, and nothing is ever called: REDUCE of an allowed name builds plain data.
 * Iterative, so nesting costs no stack.
 * @throws InputError naming the file, the byte and the refused name or opcode.
 */
export function unpickle(bytes: Uint8Array, file: string): PickleValue {
  return new Unpickler(new PickleReader(bytes, file), file).run();
}

class Unpickler {
  private readonly stack: StackItem[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private readonly reader: PickleReader;
  private readonly file: string;

  constructor(reader: PickleReader, file: string) {
    this.reader = reader;
    this.file = file;
  }

  run(): PickleValue {
    if (this.reader.uint8() !== 0x80) this.reader.refuse('this is not a pickle of protocol 2 to 5.');
    this.protocol();
    for (let count = 0; count < MAX_OPCODES; count++) {
      const opcode = this.reader.uint8();
      if (opcode === 0x2e) {
        const result = this.pop();
        return this.stack.length === 0 ? result : this.reader.refuse('values are left over at the end of the pickle.');
      }
      this.step(opcode);
    }
    return this.reader.refuse(`the pickle has more than ${MAX_OPCODES} steps.`);
  }

  private step(opcode: number): void {
    const { reader } = this;
    switch (opcode) {
      case 0x80: // PROTO
        return this.protocol();
      case 0x95: // FRAME: only the length is checked, the frame's contents follow as usual
        return this.frame();
      case 0x28: // MARK
        return void this.stack.push(MARK);
      case 0x30: // POP
        return this.drop();
      case 0x31: // POP_MARK
        return void this.popToMark();
      case 0x32: // DUP
        return this.push(this.top());
      case 0x4e: // NONE
        return this.push(null);
      case 0x88: // NEWTRUE
        return this.push(true);
      case 0x89: // NEWFALSE
        return this.push(false);
      case 0x4b: // BININT1
        return this.push(reader.uint8());
      case 0x4d: // BININT2
        return this.push(reader.uint16());
      case 0x4a: // BININT
        return this.push(reader.int32());
      case 0x8a: // LONG1
        return this.push(reader.long(reader.uint8()));
      case 0x8b: // LONG4
        return this.push(reader.long(reader.int32()));
      case 0x47: // BINFLOAT
        return this.push(reader.float64());
      case 0x8c: // SHORT_BINUNICODE
        return this.push(reader.text(reader.uint8()));
      case 0x58: // BINUNICODE
        return this.push(reader.text(reader.uint32()));
      case 0x8d: // BINUNICODE8
        return this.push(reader.text(reader.length64()));
      case 0x43: // SHORT_BINBYTES
        return this.push(reader.take(reader.uint8()));
      case 0x42: // BINBYTES
        return this.push(reader.take(reader.uint32()));
      case 0x8e: // BINBYTES8
        return this.push(reader.take(reader.length64()));
      case 0x29: // EMPTY_TUPLE
        return this.push({ kind: 'tuple', items: [] });
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.push({ kind: 'tuple', items: this.popMany(opcode - 0x84) });
      case 0x74: // TUPLE
        return this.push({ kind: 'tuple', items: this.popToMark() });
      case 0x5d: // EMPTY_LIST
        return this.push({ kind: 'list', items: [] });
      case 0x6c: // LIST
        return this.push({ kind: 'list', items: this.popToMark() });
      case 0x61: // APPEND
        return this.append([this.pop()]);
      case 0x65: // APPENDS
        return this.append(this.popToMark());
      case 0x7d: // EMPTY_DICT
        return this.push({ kind: 'dict', entries: new Map() });
      case 0x64: // DICT
        return this.dict(this.popToMark());
      case 0x73: // SETITEM
        return this.setItems(this.popMany(2));
      case 0x75: // SETITEMS
        return this.setItems(this.popToMark());
      case 0x63: // GLOBAL
        return this.global(reader.line(), reader.line());
      case 0x93: // STACK_GLOBAL
        return this.stackGlobal();
      case 0x51: // BINPERSID
        return this.push(storageOf(this.pop(), (reason) => this.reader.refuse(reason)));
      case 0x52: // REDUCE
        return this.reduce();
      case 0x62: // BUILD
        return this.build();
      case 0x71: // BINPUT
        return void this.memo.set(reader.uint8(), this.top());
      case 0x72: // LONG_BINPUT
        return void this.memo.set(reader.uint32(), this.top());
      case 0x94: // MEMOIZE
        return void this.memo.set(this.memo.size, this.top());
      case 0x68: // BINGET
        return this.push(this.remembered(reader.uint8()));
      case 0x6a: // LONG_BINGET
        return this.push(this.remembered(reader.uint32()));
      default:
        return reader.refuse(`the pickle opcode 0x${opcode.toString(16)} is not allowed in a state dict.`);
    }
  }

  private protocol(): void {
    const version = this.reader.uint8();
    if (version < 2 || version > 5) this.reader.refuse(`pickle protocol ${version} is not read.`);
  }

  private frame(): void {
    const length = this.reader.length64();
    if (length > this.reader.remaining()) this.reader.refuse('a frame of the pickle is longer than the file.');
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private pop(): PickleValue {
    const item = this.stack.pop();
    return item === undefined || item === MARK ? this.reader.refuse('the pickle takes a value from an empty stack.') : item;
  }

  private drop(): void {
    if (this.stack.pop() === undefined) this.reader.refuse('the pickle takes a value from an empty stack.');
  }

  private top(): PickleValue {
    const value = this.pop();
    this.push(value);
    return value;
  }

  private popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  private popToMark(): PickleValue[] {
    const items: PickleValue[] = [];
    for (;;) {
      const item = this.stack.pop();
      if (item === undefined) return this.reader.refuse('the pickle closes a group that was not opened.');
      if (item === MARK) return items.reverse();
      items.push(item);
    }
  }

  private remembered(slot: number): PickleValue {
    const value = this.memo.get(slot);
    return value === undefined ? this.reader.refuse(`the pickle asks for memo ${slot}, which was never written.`) : value;
  }

  private append(items: PickleValue[]): void {
    const list = this.top();
    if (!isKind(list, 'list')) return this.reader.refuse('the pickle appends to something that is not a list.');
    for (const item of items) list.items.push(item);
  }

  private dict(items: PickleValue[]): void {
    this.push({ kind: 'dict', entries: new Map() });
    this.setItems(items);
  }

  private setItems(items: PickleValue[]): void {
    const dict = this.top();
    if (!isKind(dict, 'dict') || items.length % 2 !== 0)
      return this.reader.refuse('the pickle sets items of something that is not a dict.');
    for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i] ?? null, items[i + 1] ?? null);
  }

  private stackGlobal(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string')
      return this.reader.refuse('the pickle names something without a name.');
    this.global(module, name);
  }

  private global(module: string, name: string): void {
    const full = `${module}.${name}`;
    if (!isAllowed(full)) {
      throw new InputError(`the pickle refers to ${short(full)}, which is not plain tensors and is never run.`, {
        file: this.file,
        field: 'data.pkl',
        fix: 'If this is a whole saved module, save its weights instead: torch.save(model.state_dict(), "sae.pt").',
      });
    }
    this.push({ kind: 'global', name: full });
  }

  /** BUILD gives an OrderedDict the attributes torch adds (`_metadata`); they are dropped. */
  private build(): void {
    this.pop();
    if (!isKind(this.top(), 'dict')) this.reader.refuse('the pickle sets attributes of something that is not an OrderedDict.');
  }

  private reduce(): void {
    const args = this.pop();
    const callable = this.pop();
    if (!isKind(callable, 'global') || !isKind(args, 'tuple'))
      return this.reader.refuse('the pickle calls something that is not on the allow-list.');
    this.push(construct(callable.name, args.items, (reason) => this.reader.refuse(reason)));
  }
}
