"""The 72 public series that docs/accuracy.md is about: the files, their columns, their seasons.

The data are not part of the project. docs/accuracy.md says where each file comes from.
"""
import csv
import hashlib
import math
import os
import sys

LIMIT = 12_000

ELECTRICITY = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]
WEATHER = ["Visibility", "DryBulbFarenheit", "DryBulbCelsius", "WetBulbFarenheit",
           "DewPointFarenheit", "DewPointCelsius", "RelativeHumidity", "WindSpeed",
           "WindDirection", "StationPressure", "Altimeter", "WetBulbCelsius"]

# Folder name of the series, file, SHA-256 of the file, columns, samples in a season (0: none). The
# season is what a person would say who sees the sampling interval; only seasonal peers get it.
FILES = [
    ("ETTh2", "ETTh2.csv",
     "a3dc2c597b9218c7ce1cd55eb77b283fd459a1d09d753063f944967dd6b9218b", ELECTRICITY, 24),
    ("ETTm1", "ETTm1_first19200.csv",
     "da2a1d4d3a0ebf0c84f6fa60ad3a26c6a27f3e323660644270a877d8ec30b0a3", ELECTRICITY, 96),
    ("WTH", "WTH.csv",
     "153fead3ea2a83dc5c4127d3994af6b167322f6f5e292c99491f43a2caf14cd4", WEATHER, 24),
    ("exchange", "exchange_rate.csv",
     "8afdc6769195628696987cf7c95c763ffc771c65b691bc273a97d7278e6e4c0c",
     [f"fx{i}" for i in range(8)], 0),
    ("pm25", "beijing_pm25.csv",
     "892e9559205d16d32623135c127a3951c12e46ea1e0b3093e107ce89a9fd60e2",
     ["pm2.5", "DEWP", "TEMP", "PRES", "Iws"], 24),
    ("daily", "daily-min-temperatures.csv",
     "8b9de63ed6789492bf497625e7f9beb96a63d367b4b0a21754006f749fa5e5da", ["Temp"], 365),
]

# Files of the Numenta Anomaly Benchmark, in the folder `nab`; the column is `value`. Samples are
# 5 minutes apart (288 a day) but for the hourly advertising prices and the taxis' half hours.
NAB = """
38e70e9ead8227fd023bff6e93247d5bc01ee008f781b921a156962419b399bb TravelTime_387.csv
826f5cf404c2890784a7824f7102fd00cb134a4948e12e44ec320d095cbbc217 Twitter_volume_AAPL.csv
e7133bf26479623d58fc7367107aea1cd7df6020420dece48b0eee4d26cdb28a Twitter_volume_CRM.csv
3a39cc23d1ff6a0f234b55298d0c46c21d2e94ddb81a0dad9e1e46e3aaa9ec90 Twitter_volume_GOOG.csv
4309bd56d28ddcbdc168e207da9717395fa2e9f74dba41fa768e0f7da8a116fa Twitter_volume_IBM.csv
18d2804d6a5dae63fe711baaba9242dce38a32bfade3dcdee1d8a7c1a866e41b Twitter_volume_PFE.csv
ea5df125947e9ee2b977ac3d341f3c2a029588862af97cae4a654fc56e838702 art_daily_flatmiddle.csv
4af31802e87dff4b4ba3ceb21714ba9d905f7888e1f53d47cc6dd4f856f9debc art_daily_jumpsdown.csv
ccb7743ac2de8ca110db4af796d11ba31a23ad448a28e353a935c15f637756bc art_daily_no_noise.csv
65c85d1834376ed5e622f01721d478609577ea0df0a067c5a5ebe5edea03b077 art_daily_nojump.csv
662ff0a295b81eb0ff8e81116a54a497cd6f6b07c19c7a5ea72cce494913ce62 art_daily_perfect_square_wave.csv
c4b304229f69f108eaa024fb2406fcd4510c5c5d95cd0053e2da6989682e4e6d art_daily_small_noise.csv
0959d8871d5c1a3fc3120fb7421e4ef113fffb434af2889085b52aebdb69360c art_increase_spike_density.csv
ad455adeaf06852222500955f2aefe6bd389cc762ef68e7102ee543209c8607f art_noisy.csv
ab446fbd8b9f37507eb2fdb06315826d8daeef02e241133ce06e0ee571ba53d9 ec2_cpu_utilization_24ae8d.csv
8942e498de7b40f1b4a6d802755592c09b8fb73ce8f658763a09cb9ea1ea94ac ec2_cpu_utilization_53ea38.csv
01613e6f632d067f11a5dfd40a188b0789752b388d9bc77a398bd06333878a76 ec2_cpu_utilization_5f5533.csv
d768419037c9db269343822957314f57ee21a7d9a4d41df2add0d1ba45ba84de ec2_cpu_utilization_825cc2.csv
d936cea74682ed43ac96b778352d7de294c0b0c168f4a7e6817162346cdb28c1 ec2_cpu_utilization_c6585a.csv
a0e734a66098bb81833835f0839dadafbc8ae829c51494670ee8849e46eb5b63 ec2_disk_write_bytes_c0d644.csv
39104b08f2e0a673b5137eb7681897fcadf0955fedf565740a6a94edc63a81a4 ec2_network_in_257a54.csv
98378580aa80157e057c61d59d81daddccc6c65a2c0c800e3f01f603b8215c3f ec2_request_latency_system_failure.csv
d869ab165254f3ee77ee21fd9fab2be1d07c1f80b8133cf01bbaf2d768c2ac64 exchange-2_cpc_results.csv
1f01b9438566d2fe1ac446faa202a395ac86db9240a1955bc1f118c8eada2a19 exchange-2_cpm_results.csv
74d354a94fb1730e14b469c7c1c6e99c2ad69af53afdb85f65220bd3cf01ce4a exchange-3_cpm_results.csv
d4c13abd6f28594dc446f22106562ebe917fdbe76170f60a500c2a402ecc09e2 exchange-4_cpc_results.csv
92bf5b87fc7f9bba8ca0b7ec63ccaac8cb4a1371a258e8c29a10ae9c018d82a4 machine_temperature_system_failure.csv
d8fa6f7f0734bf5c8be12c52a94e20a82664c397d9dec4449156bd453d32856d nyc_taxi.csv
cd357d7820d675074270fd976d4af1fc1e7854ecb764783028cbcb18d980c91d occupancy_6005.csv
d5df979ef85928769a016cd0f935919d8c2a113926e21e1eb3a5001d688760e2 rds_cpu_utilization_cc0c53.csv
47b110baa8e3636574c1033dda1cce780873647fab58223d159d4fee6f180e86 rogue_agent_key_hold.csv
7976e7596cd1e579696c737576e96a26fe041484472ed7d0a463ce2b094d7aa7 speed_6005.csv
"""
NAB_SEASONS = {"nyc_taxi": 336, "exchange-2_cpc_results": 24, "exchange-2_cpm_results": 24,
               "exchange-3_cpm_results": 24, "exchange-4_cpc_results": 24}


class File:
    """One CSV file and the series to take from it."""

    def __init__(self, folder, name, sha256, columns, season):
        self.folder, self.name, self.sha256 = folder, name, sha256
        self.columns, self.season = columns, season

    def series_name(self, column):
        if self.folder == "nab":
            return "nab/" + os.path.basename(self.name)[:-len(".csv")]
        return f"{self.folder}/{column}"

    def path(self, data):
        """Where the file is below `data`. Says so on stderr when it is not the measured one."""
        path = os.path.join(data, self.name)
        if not os.path.exists(path):
            raise SystemExit(f"{path}: no such file; docs/accuracy.md says where to get it")
        with open(path, "rb") as file:
            if hashlib.sha256(file.read()).hexdigest() != self.sha256:
                print(f"{path}: SHA-256 differs from docs/accuracy.md", file=sys.stderr)
        return path

    def values(self, data, limit=LIMIT):
        """The first `limit` values of each column; NaN where one is missing."""
        columns = {column: [] for column in self.columns}
        with open(self.path(data), newline="") as file:
            for index, row in enumerate(csv.DictReader(file)):
                if index == limit:
                    break
                for column, values in columns.items():
                    values.append(number(row[column]))
        return columns


def number(text):
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def files():
    result = [File(*row) for row in FILES]
    for line in NAB.split("\n"):
        if line:
            sha256, name = line.split()
            season = NAB_SEASONS.get(name[:-len(".csv")], 288)
            result.append(File("nab", os.path.join("nab", name), sha256, ["value"], season))
    return result


def family(series):
    """The family of a series, by its name."""
    folder, name = series.split("/")
    if folder != "nab":
        return folder
    if name.startswith("art_"):
        return "NAB, artificial"
    if name.startswith("Twitter"):
        return "NAB, Twitter"
    if name.startswith(("ec2", "rds")):
        return "NAB, servers"
    return "NAB, others"
