#!/usr/bin/env python3
"""Sends a noisy sine to foretide: publish.py [COUNT] [ENDPOINT]"""
import json, math, random, sys, time, zmq

count = int(sys.argv[1]) if len(sys.argv) > 1 else 0  # 0: for ever
endpoint = sys.argv[2] if len(sys.argv) > 2 else "tcp://127.0.0.1:5555"

socket = zmq.Context().socket(zmq.PUB)
socket.connect(endpoint)
time.sleep(0.5)  # What a PUB socket sends before the connection stands is lost.
index = 0
while count == 0 or index < count:
    value = math.sin(2 * math.pi * index / 50) + random.gauss(0, 0.1)
    socket.send(json.dumps({"stream": "demo/sine", "ts": time.time(), "value": value}).encode())
    index += 1
    time.sleep(0.02)
