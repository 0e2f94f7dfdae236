-- The index of known stories: near-duplicate posts and exact keys to story numbers, and what is stored of each.
-- Local functions for other scripts to begin with. p: key prefix; probes: four bytes each, `posts` of them posts and the
-- rest keys, all in hexadecimal and then all as they are. A stored blob begins with the number of the head of its cluster (0: itself). INDEX_LIFE (seconds) and
-- INDEX_MOST (slots of a page) are set by workers/index.py.
--
-- p .. 'index:numbers'   the last number given, and the first that may be alive
-- p .. 'index:p<hhhh>'   one of 65,536 pages: slots of five bytes, a number and a tag, oldest first, then free ones of 0
-- p .. 'index:b<n>'      what is stored of 32 stories, each with its revision
--
-- The first half of a probe names its page, the other is its tag. Whatever nothing was put into for INDEX_LIFE
-- expires as a whole, which frees it; a full page is written anew, without what was forgotten and with room for more. So
-- memory follows what is stored. Redis formats a number argument slowly: offsets are made into strings here.
local SLOT, CHUNK, WINDOW, SAME, MOST = 5, 32, 8388608, 4, 16
local EMPTY, VOID = string.rep('\0', SLOT), '\0\0\0\255\255'
local floor, find, byte, char, sub, rep, format = math.floor, string.find, string.byte, string.char, string.sub, string.rep, string.format
local call = redis.call

local function index_numbers(p)
  local stored = call('GET', p .. 'index:numbers')
  if not stored then return 0, 1 end
  return struct.unpack('>I4I4', stored)
end

-- the number in the slot that begins there, nil where it is forgotten or none, and whether it stands for a key. Its 23
-- bits stand for the youngest number that ends in them
local function index_number(page, at, last, low)
  local a, b, c = byte(page, at, at + 2)
  local key = a >= 128
  local short = (key and a - 128 or a) * 65536 + b * 256 + c
  local number = last - (last - short) % WINDOW
  return short > 0 and number >= low and number or nil, key
end

-- the page and the tag of the k-th probe
local function index_probe(probes, k)
  local tag = #probes / 12 * 8 + k * 4
  return sub(probes, k * 8 - 7, k * 8 - 4), sub(probes, tag - 1, tag)
end

local function index_blob(p, number)
  local i = number - 1
  local at = p .. 'index:b' .. floor(i / CHUNK)
  local row = call('LINDEX', at, i % CHUNK)
  if not row or #row < 3 then return nil, nil, at, i % CHUNK end
  return struct.unpack('>I2', row), sub(row, 3), at, i % CHUNK
end

-- the numbers that share posts, with how many, and those that share a key; of each probe its page, and where its tag
-- stands there
local function index_votes(p, probes, posts, last, low)
  local votes, named, pages, same = {}, {}, {}, {}
  p = p .. 'index:p'
  for k = 1, #probes / 12 do
    local name, tag = index_probe(probes, k)
    local page, slots = call('GET', p .. name) or '', {}
    local at = find(page, tag, 4, true)
    while at do
      if at % SLOT == 4 then
        local number, key = index_number(page, at - 3, last, low)
        if number and key == (k > posts) then
          slots[#slots + 1] = at - 4
          if key then named[#named + 1] = number else votes[number] = (votes[number] or 0) + 1 end
        end
      end
      at = find(page, tag, at + 1, true)
    end
    pages[k], same[k] = page, slots
  end
  return votes, named, pages, same
end

-- {number, revision, votes, blob} of each story that shares a key or at least so many posts, and of the heads of their
-- clusters
local function index_found(p, votes, named, least, low)
  local voted, out, seen = {}, {}, {}
  for n, count in pairs(votes) do
    if count >= least then voted[#voted + 1] = n end
  end
  if #voted > MOST then
    table.sort(voted, function(a, b)
      if votes[a] ~= votes[b] then return votes[a] > votes[b] end
      return a < b
    end)
  end
  for i = 1, math.min(#voted, MOST) do named[#named + 1] = voted[i] end
  local i = 1
  while i <= #named do
    local n = named[i]
    if not seen[n] and n >= low then
      seen[n] = true
      local revision, blob = index_blob(p, n)
      if blob then
        out[#out + 1] = {n, revision, votes[n] or 0, blob}
        local head = struct.unpack('>I4', blob)
        if head > 0 then named[#named + 1] = head end
      end
    end
    i = i + 1
  end
  return out
end

local function index_lookup(p, probes, posts, least)
  local last, low = index_numbers(p)
  local votes, named = index_votes(p, probes, posts, last, low)
  return index_found(p, votes, named, least, low)
end

-- a full page without what is forgotten, which stands first, with one slot more and room for an eighth
local function index_anew(page, slot, last, low)
  local from = 1
  while from < #page and not index_number(page, from, last, low) do from = from + SLOT end
  local slots, most = (#page - from + 1) / SLOT, INDEX_MOST - floor(INDEX_MOST / 8)
  if slots >= INDEX_MOST then from, slots = #page - SLOT * most + 1, most end
  return sub(page, from) .. slot .. rep(EMPTY, math.min(math.max(3, floor(slots / 8)), INDEX_MOST - slots - 1))
end

-- put story `last` under its probes, whose pages a look-up has read
local function index_place(p, probes, posts, pages, same, last, low)
  local short, written = last % WINDOW, {}
  local a, b, c = floor(short / 65536), floor(short / 256) % 256, short % 256
  p = p .. 'index:p'
  for k = 1, #probes / 12 do
    local name, tag = index_probe(probes, k)
    local page, slots, key = pages[k], same[k], k > posts
    name = p .. name
    -- the first stories to carry a phrase keep it; of a name, the last ones
    if key or #slots < SAME then
      -- two of a story's probes may share a page
      if written[name] then page, slots = call('GET', name), {} end
      written[name] = true
      local slot = char(key and a + 128 or a, b, c) .. tag
      -- slots fill from the front, so the first five empty bytes are a free slot, or end the one before it
      local free = find(page, EMPTY, 1, true)
      free = free and free - 1 + (1 - free) % SLOT
      if free and free < #page then
        if #slots >= SAME then call('SETRANGE', name, format('%d', slots[1]), VOID) end
        call('SETRANGE', name, format('%d', free), slot)
        call('EXPIRE', name, INDEX_LIFE)
      else
        if #slots >= SAME then page = sub(page, 1, slots[1]) .. sub(page, slots[1] + SLOT + 1) end
        call('SET', name, index_anew(page, slot, last, low), 'EX', INDEX_LIFE)
      end
    end
  end
end

-- the first number that may be alive: chunks expire in their order
local function index_low(p, last, low)
  local first, newest = floor((low - 1) / CHUNK), floor((last - 1) / CHUNK)
  if first >= newest or call('EXISTS', p .. 'index:b' .. first) == 1 then return low end
  while first < newest do
    local middle = floor((first + newest) / 2)
    if call('EXISTS', p .. 'index:b' .. middle) == 1 then newest = middle else first = middle + 1 end
  end
  return first * CHUNK + 1
end

-- Store a story and return its number; with what was considered (number to revision), store nothing and return what a
-- look-up finds where that holds anything else. Without a blob nothing is stored.
local function index_insert(p, probes, posts, blob, least, considered)
  local last, low = index_numbers(p)
  local votes, named, pages, same = index_votes(p, probes, posts, last, low)
  if considered then
    local found = index_found(p, votes, named, least, low)
    for _, row in ipairs(found) do
      if considered[row[1]] ~= row[2] then return found end
    end
  end
  if not blob then return last end
  last = last + 1
  local i = (last - 1) % CHUNK
  local at = p .. 'index:b' .. floor((last - 1) / CHUNK)
  if i > 0 then
    -- a chunk that expired half full
    for _ = call('LLEN', at) + 1, i do call('RPUSH', at, '') end
  end
  call('RPUSH', at, '\0\1' .. blob)
  call('EXPIRE', at, INDEX_LIFE)
  low = index_low(p, last, low)
  index_place(p, probes, posts, pages, same, last, low)
  call('SET', p .. 'index:numbers', struct.pack('>I4I4', last, low))
  return last
end

local function index_update(p, number, blob)
  local revision, _, at, i = index_blob(p, number)
  if revision then call('LSET', at, i, struct.pack('>I2', revision % 65535 + 1) .. blob) end
end
