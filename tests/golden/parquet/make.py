"""Small Parquet files as pyarrow and datasets write them. Pictures are the bytes "picture N": nothing here decodes them.

    pip install pyarrow==26.0.1 datasets==5.2.0 pillow==13.0.0
    python3 tests/golden/parquet/make.py
"""

import datetime
import decimal
import io
import pathlib

import pyarrow
import pyarrow.parquet

HERE = pathlib.Path(__file__).parent


def write(name, columns, types=None, **options):
    table = pyarrow.table(columns, schema=pyarrow.schema(types) if types else None)
    pyarrow.parquet.write_table(table, HERE / f"{name}.parquet", **options)


def picture(number):
    return f"picture {number}".encode()


def datasets_file():
    """As `to_parquet` writes a folder of pictures with classes."""
    import datasets
    from PIL import Image

    def png(number):
        stream = io.BytesIO()
        Image.new("RGB", (2, 2), (number, 0, 0)).save(stream, "PNG")
        return {"bytes": stream.getvalue(), "path": f"{number}.png"}

    features = datasets.Features(
        {"image": datasets.Image(), "label": datasets.ClassLabel(names=["cat", "dog"]), "caption": datasets.Value("string")}
    )
    columns = {"image": [png(n) for n in range(3)], "label": [1, 0, 1], "caption": ["a", None, "c"]}
    datasets.Dataset.from_dict(columns, features=features).to_parquet(str(HERE / "datasets.parquet"))


def main():
    pictures = [picture(n) for n in range(5)]
    for codec in ["none", "snappy", "zstd", "gzip", "brotli", "lz4"]:
        write(codec, {"image": pictures}, compression=codec, row_group_size=2)
    # A checksum for each page, which is not compressed; two rows in each.
    checked = {"compression": "none", "use_dictionary": False, "write_page_checksum": True}
    write("checksum", {"image": pictures}, row_group_size=2, **checked)
    write("dictionary", {"photo": [picture(n % 2) for n in range(5)]}, use_dictionary=True, data_page_version="2.0")
    write("plain", {"photo": pictures}, use_dictionary=False)
    write("large", {"photo": pictures}, [("photo", pyarrow.large_binary())])
    write("nulls", {"photo": [pictures[0], None, pictures[2]], "label": [None, 1, 2]})
    structs = [{"bytes": pictures[0], "path": "a/0.jpg"}, {"bytes": None, "path": "1.jpg"}, None, {"bytes": pictures[3], "path": None}]
    write("structs", {"image": structs})
    write("two", {"image": pictures, "thumb": pictures})
    write("one_of_two", {"features": pictures, "photo": [b"\xff\xd8\xff" + p for p in pictures]})
    write("lists", {"images": [pictures]})
    write("no_rows", {"image": pyarrow.array([], pyarrow.binary())})
    write("no_pictures", {"label": [1], "text": ["a"]})
    utc = datetime.timezone.utc
    columns = {
        "image": pictures[:2],
        "whole": pyarrow.array([-1, None], pyarrow.int16()),
        "unsigned": pyarrow.array([2**64 - 1, 0], pyarrow.uint64()),
        "real": pyarrow.array([0.1, float("nan")], pyarrow.float32()),
        "half": pyarrow.array([1.5, None], pyarrow.float16()),
        "truth": [True, None],
        "text": ["grün", None],
        "day": [datetime.date(2024, 2, 29), None],
        "moment": pyarrow.array([datetime.datetime(2024, 2, 29, 1, 2, 3, 4000, utc), None], pyarrow.timestamp("us", "UTC")),
        "local": pyarrow.array([datetime.datetime(1969, 12, 31, 23, 59, 59), None], pyarrow.timestamp("ns")),
        "clock": pyarrow.array([datetime.time(1, 2, 3), None], pyarrow.time32("ms")),
        "price": [decimal.Decimal("-12.50"), None],
        "list": [[1, None, 3], None],
        "lists": [[["a"], []], []],
        "struct": [{"x": 1, "y": {"z": [1.5]}}, None],
        "map": pyarrow.array([[("a", 1), ("b", None)], None], pyarrow.map_(pyarrow.string(), pyarrow.int32())),
        "category": pyarrow.array(["x", "x"]).dictionary_encode(),
    }
    write("types", columns, data_page_version="2.0")
    write("types_old", columns, version="1.0")
    datasets_file()


if __name__ == "__main__":
    main()
