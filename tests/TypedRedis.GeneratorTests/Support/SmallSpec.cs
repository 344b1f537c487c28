namespace TypedRedis.GeneratorTests.Support;

/// <summary>A few commands, one for each thing that tests need, independent of the product's spec.</summary>
internal static class SmallSpec
{
    public const string Json = """
        {
          "schema": 1,
          "commands": {
            "GET": { "method": "Get", "since": "1.0.0", "group": "string", "arity": 2, "flags": ["readonly"], "retry": "readOnly",
              "summary": "Reads a string.",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RO" }],
              "arguments": [{ "name": "key", "type": "key", "keySpec": 0 }],
              "reply": [{ "type": "bulk?" }] },
            "SET": { "method": "Set", "since": "1.0.0", "group": "string", "arity": -3, "flags": ["write"], "retry": "notIdempotent",
              "idempotentWithout": ["condition", "get"],
              "summary": "Stores a string.",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "OW" }],
              "arguments": [
                { "name": "key", "type": "key", "keySpec": 0 },
                { "name": "value", "type": "string" },
                { "name": "condition", "type": "oneof", "optional": true, "arguments": [
                  { "name": "nx", "type": "pure-token", "token": "NX" },
                  { "name": "xx", "type": "pure-token", "token": "XX" }] },
                { "name": "get", "type": "pure-token", "token": "GET", "optional": true, "since": "6.2.0" },
                { "name": "expiration", "type": "oneof", "optional": true, "arguments": [
                  { "name": "seconds", "type": "integer", "token": "EX" },
                  { "name": "milliseconds", "type": "integer", "token": "PX" },
                  { "name": "unix-time-seconds", "type": "unix-time", "token": "EXAT" },
                  { "name": "keepttl", "type": "pure-token", "token": "KEEPTTL" }] }],
              "reply": [{ "with": ["get"], "method": "SetGet", "type": "bulk?" }, { "type": "ok?" }] },
            "MGET": { "method": "MGet", "since": "1.0.0", "group": "string", "arity": -2, "flags": ["readonly"], "retry": "readOnly",
              "requestPolicy": "multiShard",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": -1, "step": 1, "limit": 0 } }, "access": "RO" }],
              "arguments": [{ "name": "key", "type": "key", "multiple": true, "keySpec": 0 }],
              "reply": [{ "type": "array<bulk?>" }] },
            "HSET": { "method": "HSet", "since": "2.0.0", "group": "hash", "arity": -4, "flags": ["write"], "retry": "notIdempotent",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RW" }],
              "arguments": [
                { "name": "key", "type": "key", "keySpec": 0 },
                { "name": "data", "type": "block", "multiple": true, "arguments": [
                  { "name": "field", "type": "string" }, { "name": "value", "type": "string" }] }],
              "reply": [{ "type": "int" }] },
            "HGETALL": { "method": "HGetAll", "since": "2.0.0", "group": "hash", "arity": 2, "flags": ["readonly"], "retry": "readOnly",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RO" }],
              "arguments": [{ "name": "key", "type": "key", "keySpec": 0 }],
              "reply": [{ "type": "map<bulk,bulk>" }] },
            "RENAME": { "method": "Rename", "since": "1.0.0", "group": "generic", "arity": 3, "flags": ["write"], "retry": "notIdempotent",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RW" },
                       { "begin": { "index": 2 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "OW" }],
              "arguments": [{ "name": "key", "type": "key", "keySpec": 0 }, { "name": "newkey", "type": "key", "keySpec": 1 }],
              "reply": [{ "type": "ok" }] },
            "SORT": { "method": "Sort", "since": "1.0.0", "group": "generic", "arity": -2, "flags": ["write"], "retry": "notIdempotent",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RO" },
                       { "begin": "unknown", "find": "unknown", "access": "RO" }],
              "arguments": [
                { "name": "key", "type": "key", "keySpec": 0 },
                { "name": "by-pattern", "type": "pattern", "token": "BY", "optional": true, "keySpec": 1 },
                { "name": "limit", "type": "block", "token": "LIMIT", "optional": true, "arguments": [
                  { "name": "offset", "type": "integer" }, { "name": "count", "type": "integer" }] },
                { "name": "get-pattern", "type": "pattern", "token": "GET", "optional": true, "multiple": true, "multipleToken": true, "keySpec": 1 },
                { "name": "order", "type": "oneof", "optional": true, "arguments": [
                  { "name": "asc", "type": "pure-token", "token": "ASC" }, { "name": "desc", "type": "pure-token", "token": "DESC" }] }],
              "reply": [{ "type": "array<bulk>" }] },
            "ZUNIONSTORE": { "method": "ZUnionStore", "since": "2.0.0", "group": "sorted-set", "arity": -4, "flags": ["write"], "retry": "idempotent",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "OW" },
                       { "begin": { "index": 2 }, "find": { "keynum": { "index": 0, "first": 1, "step": 1 } }, "access": "RO" }],
              "arguments": [
                { "name": "destination", "type": "key", "keySpec": 0 },
                { "name": "numkeys", "type": "integer" },
                { "name": "key", "type": "key", "multiple": true, "keySpec": 1 },
                { "name": "weight", "type": "double", "token": "WEIGHTS", "optional": true, "multiple": true },
                { "name": "aggregate", "type": "oneof", "token": "AGGREGATE", "optional": true, "arguments": [
                  { "name": "sum", "type": "pure-token", "token": "SUM" }, { "name": "min", "type": "pure-token", "token": "MIN" }] }],
              "reply": [{ "type": "int" }] },
            "LMOVE": { "method": "LMove", "since": "6.2.0", "group": "list", "arity": 5, "flags": ["write"], "retry": "notIdempotent",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RW" },
                       { "begin": { "index": 2 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RW" }],
              "arguments": [
                { "name": "source", "type": "key", "keySpec": 0 },
                { "name": "destination", "type": "key", "keySpec": 1 },
                { "name": "wherefrom", "type": "oneof", "arguments": [
                  { "name": "left", "type": "pure-token", "token": "LEFT" }, { "name": "right", "type": "pure-token", "token": "RIGHT" }] },
                { "name": "whereto", "type": "oneof", "arguments": [
                  { "name": "left", "type": "pure-token", "token": "LEFT" }, { "name": "right", "type": "pure-token", "token": "RIGHT" }] }],
              "reply": [{ "type": "bulk?" }] },
            "ZADD": { "method": "ZAdd", "since": "1.2.0", "group": "sorted-set", "arity": -4, "flags": ["write"], "retry": "notIdempotent",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RW" }],
              "arguments": [
                { "name": "key", "type": "key", "keySpec": 0 },
                { "name": "change", "type": "pure-token", "token": "CH", "optional": true },
                { "name": "data", "type": "block", "multiple": true, "arguments": [
                  { "name": "score", "type": "double" }, { "name": "member", "type": "string" }] }],
              "reply": [{ "type": "int" }] },
            "BLPOP": { "method": "BLPop", "since": "2.0.0", "group": "list", "arity": -3, "flags": ["write", "blocking"], "retry": "notIdempotent",
              "blocking": "always",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": -2, "step": 1, "limit": 0 } }, "access": "RW" }],
              "arguments": [{ "name": "key", "type": "key", "multiple": true, "keySpec": 0 }, { "name": "timeout", "type": "double" }],
              "reply": [{ "type": "tuple<bulk,bulk>?" }] },
            "XREAD": { "method": "XRead", "since": "5.0.0", "group": "stream", "arity": -4, "flags": ["readonly"], "retry": "readOnly",
              "blocking": "BLOCK",
              "keys": [{ "begin": { "keyword": "STREAMS", "from": 1 }, "find": { "range": { "last": -1, "step": 1, "limit": 2 } }, "access": "RO" }],
              "arguments": [
                { "name": "milliseconds", "type": "integer", "token": "BLOCK", "optional": true },
                { "name": "streams", "type": "block", "token": "STREAMS", "arguments": [
                  { "name": "key", "type": "key", "multiple": true, "keySpec": 0 }, { "name": "id", "type": "string", "multiple": true }] }],
              "reply": [{ "type": "any" }] },
            "CLIENT": { "method": "Client", "since": "2.4.0", "group": "connection", "arity": -2, "container": true, "retry": "notIdempotent", "reply": [{ "type": "any" }] },
            "CLIENT LIST": { "method": "ClientList", "since": "2.4.0", "group": "connection", "arity": -2, "retry": "readOnly",
              "reply": [{ "type": "text" }] },
            "SELECT": { "method": "Select", "since": "1.0.0", "group": "connection", "arity": 2, "retry": "notIdempotent", "session": true,
              "arguments": [{ "name": "index", "type": "integer" }],
              "reply": [{ "type": "ok" }] },
            "GETSET": { "method": "GetSet", "since": "1.0.0", "group": "string", "arity": 3, "flags": ["write"], "retry": "notIdempotent",
              "deprecated": { "since": "6.2.0", "replacement": "SET with GET" },
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RW" }],
              "arguments": [{ "name": "key", "type": "key", "keySpec": 0 }, { "name": "value", "type": "string" }],
              "reply": [{ "type": "bulk?" }] },
            "GETDEL": { "method": "GetDel", "since": "6.2.0", "group": "string", "arity": 2, "flags": ["write"], "retry": "notIdempotent",
              "keys": [{ "begin": { "index": 1 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RW" }],
              "arguments": [{ "name": "key", "type": "key", "keySpec": 0 }],
              "reply": [{ "type": "bulk?" }] },
            "MY.LOOKUP": { "arity": 3, "flags": ["readonly"],
              "keys": [{ "begin": { "index": 2 }, "find": { "range": { "last": 0, "step": 1, "limit": 0 } }, "access": "RO" }] },
            "MY.HIDDEN": { "arity": -2,
              "keys": [{ "begin": "unknown", "find": "unknown", "access": "RO" }],
              "arguments": [{ "name": "words", "type": "string", "multiple": true }] },
            "DBSIZE": { "method": "DbSize", "since": "1.0.0", "group": "server", "arity": 1, "flags": ["readonly"], "retry": "readOnly",
              "requestPolicy": "allShards", "responsePolicy": "aggSum", "defaultTarget": "defaultNode",
              "reply": [{ "type": "int" }] }
          }
        }
        """;
}
