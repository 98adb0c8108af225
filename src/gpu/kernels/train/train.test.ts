import { CpuTrainer } from '../../../core/training/cpu-trainer.ts';
import { trainProperties } from './train.properties.ts';

trainProperties({
  name: 'the CPU',
  withTrainer: async (options, work) => work(CpuTrainer.create(options)),
});
