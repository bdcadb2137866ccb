// A volume that hangs on nothing, and has for long enough that nobody is in the middle of something.
import { pack, pass, fail, unknown } from './muster.js';

const DAY = 24 * 60 * 60;

const forgotten = {
  about: {
    title: 'Volume hangs on no instance',
    category: 'cost',
    severity: 'low',
    needs: [{ kind: 'ec2.volume' }],
    params: {
      type: 'object',
      additionalProperties: false,
      properties: { days: { type: 'integer', minimum: 0, default: 7, description: 'Volumes younger than this are left alone' } },
    },
    risk: 'It is paid for like one in use.',
    remediation: {
      text: 'Make a snapshot of it and delete it.',
      command: 'aws ec2 create-snapshot --volume-id {resource} --region {region}',
    },
  },
  evaluate: ({ days }, now, documents) => documents.map((volume) => {
    const { State, CreateTime } = volume.body;
    if (State !== 'available') return pass(volume);
    if (!CreateTime) return unknown(volume, 'AWS does not say when it was made');
    const age = Math.floor((now - Date.parse(CreateTime) / 1000) / DAY);
    return age < days ? pass(volume, { CreateTime }) : fail(volume, `on no instance, ${age} days old, less than ${days} wanted`, { CreateTime });
  }),
};

export const check = pack({ 'forgotten-volume': forgotten });
