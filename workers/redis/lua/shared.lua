-- What every library begins with.
--
-- A call comes as ARGV[1]: one JSON map of its arguments by name, with `prefix` and `call`; workers/redis/calls.py
-- says what each takes. What is large (pages, records, entries, sketches) follows as it is, from ARGV[2] on, because
-- a copy through an encoder costs more than the rest of the call. A library is a table of transitions
-- `function stories.begin(a, blobs)`: `a` is that map and `blobs` is ARGV, so the first blob is blobs[2].
-- As Redis Functions, from Redis 7 on, the same tables would be registered in one line:
--   for name, transition in pairs(stories) do redis.register_function(name, enter(transition)) end
--
-- Times are epoch seconds as decimal strings: a number that Lua prints itself would lose digits.
local call = redis.call
local a = cjson.decode(ARGV[1])
local p = a.prefix

-- A fencing token: greater than any that was given before.
local function next_token() return call('INCR', p .. 'token') end

-- Count something for operators.
local function count(name, by) call('HINCRBY', p .. 'counts', name, by or 1) end

-- Write a number as a score that loses nothing.
local function score(x) return string.format('%.17g', x) end

-- Put a word in front of a list of the newest ones; it is cut only now and then, since each write goes to the disk.
local function keep_newest(list, word, most)
  if call('LPUSH', list, word) > most + 10 then call('LTRIM', list, 0, most - 1) end
end
