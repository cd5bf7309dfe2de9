"""A disk whose power can be cut at any moment: every write and every flush that reaches it is kept,
in order, and what would be on it can be made afterwards for any of these moments.

It is a file in a FUSE file system of its own (served by this file, run as a program), with ext4 on
a loop device over it. What a process has written and not flushed is in the memory of ext4 until
the kernel writes it; what ext4 has written and not flushed is in the memory of the disk."""

import ctypes
import errno
import mmap
import os
import pathlib
import struct
import subprocess
import sys
import time

SECTOR = 512
# Time, offset and length of a write, whose bytes follow; offset -1: a flush.
ENTRY = struct.Struct("<dqq")


class Disk:
    """ext4 of some MiB, mounted at `path` while it is the context."""

    def __init__(self, folder, megabytes):
        folder.mkdir()
        self.original, self.device = folder / "original", folder / "device"
        self.record, self.path = folder / "record", folder / "mounted"
        self.path.mkdir()
        self.device.touch()
        with open(self.original, "wb") as image:
            image.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0",
                        str(self.original)], check=True)

    def __enter__(self):
        """Raises OSError where that may not be done."""
        self.server = subprocess.Popen(
            [sys.executable, __file__, self.original, self.device, self.record],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.server.stdout.readline() != "mounted\n":
            raise OSError(self.server.communicate()[1].strip().splitlines()[-1])
        mounted = subprocess.run(["mount", "-o", "loop", str(self.device), str(self.path)],
                                 capture_output=True, text=True)
        if mounted.returncode:
            subprocess.run(["umount", str(self.device)], check=True)
            self.server.communicate()
            raise OSError(mounted.stderr.strip())
        return self

    def __exit__(self, *exception):
        subprocess.run(["umount", str(self.path)], check=True)
        # The loop device lets go of it a moment later.
        for _ in range(500):
            if not subprocess.run(["umount", str(self.device)], capture_output=True).returncode:
                break
            time.sleep(0.01)
        self.server.communicate(timeout=10)

    def entries(self):
        """What has reached it: time of day, place in the record, offset and length of each."""
        found = []
        with open(self.record, "rb") as record:
            while len(head := record.read(ENTRY.size)) == ENTRY.size:
                at, offset, length = ENTRY.unpack(head)
                found.append((at, record.tell(), offset, length))
                record.seek(length, os.SEEK_CUR)
        return found

    def cut(self, entries, path, dice):
        """Makes an image of the disk as a power cut leaves it after some first entries: all that
        was flushed, and of the sectors written since then all, none, or some."""
        flushed = max((index for index, entry in enumerate(entries) if entry[2] < 0), default=0)
        kept = dice.choice([0, 1, dice.random()])
        subprocess.run(["cp", "--sparse=always", self.original, path], check=True)
        with open(self.record, "rb") as record, open(path, "r+b") as image:
            for index, (_, place, offset, length) in enumerate(entries):
                record.seek(place)
                content = record.read(length)
                step = length if index < flushed else SECTOR
                for start in range(0, length, step or 1):
                    if index < flushed or dice.random() < kept:
                        image.seek(offset + start)
                        image.write(content[start:start + step])


# The FUSE protocol as far as one file needs it: linux/fuse.h.
GETATTR, SETATTR, OPEN, READ, WRITE, RELEASE, FSYNC, FLUSH, INIT = 3, 4, 14, 15, 16, 18, 20, 25, 26
FORGET, INTERRUPT, BATCH_FORGET = 2, 36, 42
MOST_BYTES = 1 << 20
REQUEST = struct.Struct("<IIQQIIIHH")
ANSWER = struct.Struct("<IiQ")
# The beginning of fuse_read_in and fuse_write_in, and how long they are.
TRANSFER, TRANSFER_BYTES = struct.Struct("<QQI"), 40


def mount(descriptor, device):
    options = f"fd={descriptor},rootmode=100600,user_id=0,group_id=0".encode()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"foretide-disk", os.fsencode(device), b"fuse", 0, options):
        raise OSError(ctypes.get_errno(), "mounting a FUSE file system")


def attributes(size):
    """fuse_attr_out."""
    return struct.pack("<QIIQQQQQQIIIIIIIIII", 1, 0, 0, 1, size, size // SECTOR, 0, 0, 0, 0, 0, 0,
                       0o100600, 1, 0, 0, 0, 4096, 0)


def serve(original, device, record_path):
    """Until it is unmounted."""
    descriptor = os.open("/dev/fuse", os.O_RDWR)
    mount(descriptor, device)
    print("mounted", flush=True)
    with open(original, "rb") as image, open(record_path, "wb") as record:
        content = mmap.mmap(image.fileno(), 0, access=mmap.ACCESS_COPY)
        while True:
            try:
                request = os.read(descriptor, MOST_BYTES + 4096)
            except OSError as error:
                if error.errno == errno.ENODEV:
                    return
                raise
            _, call, number, *_ = REQUEST.unpack_from(request)
            body = memoryview(request)[REQUEST.size:]
            failure, answer = 0, b""
            if call in (FORGET, INTERRUPT, BATCH_FORGET):
                continue
            if call == INIT:
                # fuse_init_out: 7.31, with FUSE_BIG_WRITES and FUSE_MAX_PAGES.
                answer = struct.pack("<IIIIHHIIHH32x", 7, 31, 1 << 17, 1 << 5 | 1 << 22, 16, 12,
                                     MOST_BYTES, 1, MOST_BYTES // 4096, 0)
            elif call in (GETATTR, SETATTR):
                answer = attributes(len(content))
            elif call == OPEN:
                answer = struct.pack("<QII", 0, 0, 0)
            elif call == READ:
                _, offset, length = TRANSFER.unpack_from(body)
                answer = content[offset:offset + length]
            elif call == WRITE:
                _, offset, length = TRANSFER.unpack_from(body)
                written = body[TRANSFER_BYTES:TRANSFER_BYTES + length]
                content[offset:offset + length] = written
                record.write(ENTRY.pack(time.time(), offset, length))
                record.write(written)
                answer = struct.pack("<II", length, 0)
            elif call == FSYNC:
                record.write(ENTRY.pack(time.time(), -1, 0))
            elif call not in (FLUSH, RELEASE):
                failure = -errno.ENOSYS
            os.write(descriptor, ANSWER.pack(ANSWER.size + len(answer), failure, number) + answer)


if __name__ == "__main__":
    serve(*map(pathlib.Path, sys.argv[1:]))
