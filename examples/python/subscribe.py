#!/usr/bin/env python3
"""Prints foretide's forecasts: subscribe.py [COUNT] [ENDPOINT] [STREAM]"""
import json, sys, zmq

count = int(sys.argv[1]) if len(sys.argv) > 1 else 0  # 0: for ever
endpoint = sys.argv[2] if len(sys.argv) > 2 else "tcp://127.0.0.1:5556"

socket = zmq.Context().socket(zmq.SUB)
socket.connect(endpoint)
socket.subscribe(sys.argv[3] if len(sys.argv) > 3 else "")  # A prefix; "" is every stream.
received = 0
while count == 0 or received < count:
    stream, payload = socket.recv_multipart()
    forecast = json.loads(payload)
    print(stream.decode(), forecast["y"], "->", forecast["yhat"],
          f"[{forecast['yhat_lower']}, {forecast['yhat_upper']}]", flush=True)
    received += 1
