"""The other side of Slack's wire, in a process of its own so that its work is not counted: ``serve`` takes messages,
``press`` sends prepared requests over so many connections and prints what each took."""

from __future__ import annotations

import asyncio
import json
import sys
import time

OK = b'{"ok":true,"channel":"C1","ts":"1.000000"}'
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(OK), OK)


async def _read(reader: asyncio.StreamReader) -> bytes:
    """The head of one HTTP message; its body is read and left."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            await reader.readexactly(int(value))
    return head


async def _serve() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await _read(reader)
                writer.write(REPLY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _press(port: int, connections: int) -> None:
    requests = [bytes.fromhex(line.strip()) for line in sys.stdin]
    took: list[float] = []
    failed = 0

    async def one(mine: list[bytes]) -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in mine:
            begun = time.perf_counter()
            writer.write(request)
            head = await _read(reader)
            took.append(time.perf_counter() - begun)
            failed += b" 200 " not in head.split(b"\r\n")[0]
        writer.close()

    await asyncio.gather(*(one(requests[i::connections]) for i in range(connections)))
    print(json.dumps({"took": took, "failed": failed}))


if __name__ == "__main__":
    role, *numbers = sys.argv[1:]
    asyncio.run(_serve() if role == "serve" else _press(*map(int, numbers)))
