/** The part of the glossary about the log of XFS: where an inode is from when it is changed until its memory can go. */
import type { GlossaryPart } from './glossary-part.ts';

export const LOG_GLOSSARY: GlossaryPart = {
  title: 'The log of XFS',
  entries: [
    {
      terms: ['log item', 'xfs_ili'],
      meaning:
        'what is kept in memory of a changed inode, extent or buffer until it is written: more than the inode itself takes, and taken before that is given back',
    },
    {
      terms: ['CIL'],
      meaning:
        'the committed item list: what transactions have changed and no checkpoint has written; at an eighth of the log, 32 MiB at most, it is pushed',
    },
    {
      terms: ['checkpoint'],
      meaning:
        'of the log: the CIL, written as one; it counts when its *commit record* is on disk, which stands at its end',
    },
    {
      terms: ['iclog'],
      meaning:
        'a buffer of 32 KiB that is written into the log when it is full, or when the log is forced; a commit record in one that is not full waits for that',
    },
    {
      terms: ['commit record'],
      meaning: 'the end of a checkpoint: before it is on disk, all that the checkpoint has is pinned',
    },
    {
      terms: ['pinned'],
      meaning:
        'changed, and the change is not in the log on disk yet: the inode can neither be written nor freed, and reclaim passes it over',
    },
    {
      terms: ['log force'],
      meaning:
        'xfs_log_force: writes CIL and iclogs at once, so that nothing stays pinned; sync, fsync of a file whose inode is pinned, a freeze and the log worker do it, reclaim does not',
    },
    {
      terms: ['log worker'],
      meaning:
        'xfs_log_worker, a work item that forces the log every 30 s (fs.xfs.xfssyncd_centisecs), without waiting for it, and pushes the AIL',
    },
    {
      terms: ['AIL'],
      meaning:
        'the active item list: what is in the log on disk, but not in its own place; an inode has to be written there before it can be freed',
    },
    {
      terms: ['xfsaild'],
      meaning:
        'the thread that writes what is in the AIL, as far as somebody pushed; it forces the log if it meets something pinned there, and only then',
    },
  ],
};
