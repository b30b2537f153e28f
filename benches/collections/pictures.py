#!/usr/bin/env python3
"""The same pictures as files, as tar shards and as Parquet.

    pictures.py PHOTOS DIR [--count 20000]

Each picture is a 500 x 375 part of a photo below PHOTOS (JPEG, quality 90). DIR gets

    files/0000/000000.jpg …      1000 a folder
    shards/0000.tar …            1000 a shard, each with NAME.jpg and NAME.cls, as WebDataset reads them
    data.parquet                 the columns image (struct of bytes and path) and label, as `datasets` writes them: 100 rows a
                                 row group, snappy
    pictures.zip                 stored, not compressed

Packages: requirements.txt beside this file.
"""

import argparse
import io
import random
import tarfile
import zipfile
from pathlib import Path

WIDTH, HEIGHT = 500, 375
PER_SHARD = 1000
ENDINGS = {".jpg", ".jpeg", ".png"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("to", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    photos = sorted(path for path in options.photos.rglob("*") if path.suffix.lower() in ENDINGS)
    (options.to / "shards").mkdir(parents=True)
    names = [f"{number:06}" for number in range(options.count)]
    rows = ((name, picture(photos, number)) for number, name in enumerate(names))
    written(rows, options.to)


def picture(photos, number):
    """The bytes of picture `number`: always the same."""
    from PIL import Image

    chance = random.Random(number)
    image = Image.open(photos[number % len(photos)]).convert("RGB")
    scale = max(WIDTH / image.width, HEIGHT / image.height, chance.uniform(0.3, 1.0))
    image = image.resize((max(round(image.width * scale), WIDTH), max(round(image.height * scale), HEIGHT)))
    left, top = chance.randint(0, image.width - WIDTH), chance.randint(0, image.height - HEIGHT)
    output = io.BytesIO()
    image.crop((left, top, left + WIDTH, top + HEIGHT)).save(output, "JPEG", quality=90)
    return output.getvalue()


def written(rows, to):
    """Writes all forms, one picture at a time."""
    shard = None
    with Table(to / "data.parquet") as table, zipfile.ZipFile(to / "pictures.zip", "w") as archive:
        for number, (name, data) in enumerate(rows):
            if number % PER_SHARD == 0:
                if shard:
                    shard.close()
                shard = tarfile.open(to / f"shards/{number // PER_SHARD:04}.tar", "w")
            folder = to / f"files/{number // PER_SHARD:04}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.jpg").write_bytes(data)
            label = number % 10
            for ending, content in [("cls", str(label).encode()), ("jpg", data)]:
                member = tarfile.TarInfo(f"{name}.{ending}")
                member.size = len(content)
                shard.addfile(member, io.BytesIO(content))
            archive.writestr(f"{name}.jpg", data)
            table.add(name, data, label)
        if shard:
            shard.close()


class Table:
    """A Parquet file, written a row group at a time."""

    ROWS = 100

    def __init__(self, path):
        import pyarrow as pa
        import pyarrow.parquet as pq

        image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        self.schema = pa.schema([("image", image), ("label", pa.int64())])
        self.writer = pq.ParquetWriter(path, self.schema, compression="snappy")
        self.rows = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.flush()
        self.writer.close()

    def add(self, name, data, label):
        self.rows.append({"image": {"bytes": data, "path": f"{name}.jpg"}, "label": label})
        if len(self.rows) == self.ROWS:
            self.flush()

    def flush(self):
        import pyarrow as pa

        if self.rows:
            self.writer.write_table(pa.Table.from_pylist(self.rows, self.schema))
            self.rows = []


if __name__ == "__main__":
    main()
