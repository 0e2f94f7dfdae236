-- The index of known stories: near-duplicate posts and exact keys to story numbers, and what is stored of each.
--
-- probes: four bytes each, `a.posts` of them posts and the rest keys, all in hexadecimal and then all as they are. A
-- stored blob begins with the number of the head of its cluster (0: itself). a.index_life (seconds) and a.page_slots
-- (slots of a page at most) come with each call that stores.
--
-- index:numbers   the last number given, and the first that may be alive
-- index:pHHHH     one of 65,536 pages: slots of five bytes, a number and a tag, oldest first, then free ones of 0
-- index:bN        what is stored of 32 stories, each with its revision
--
-- The first half of a probe names its page, the other is its tag. Whatever nothing was put into for index_life expires
-- as a whole, which frees it; a full page is written anew, without what was forgotten and with room for more. So memory
-- follows what is stored. Redis formats a number argument slowly: offsets are made into strings here.
local index = {}

local SLOT, CHUNK = 5, 32
-- A slot keeps 23 bits of a story's number: these must tell apart what is alive at once.
local WINDOW = 8388608
-- How many stories keep a phrase or a name, and how many a look-up finds by their posts; see pipeline.copies.MemoryIndex.
local SAME, MOST = 4, 16
local EMPTY, VOID = string.rep('\0', SLOT), '\0\0\0\255\255'
local floor, find, byte, sub, format = math.floor, string.find, string.byte, string.sub, string.format

-- The last number given, and the first that may be alive.
local function read_numbers()
  local stored = call('GET', p .. 'index:numbers')
  if not stored then return 0, 1 end
  return struct.unpack('>I4I4', stored)
end

-- The number in the slot that begins there, nil where it is forgotten or none, and whether it stands for a key. Its 23
-- bits stand for the youngest number that ends in them.
local function read_slot(page, from, last, low)
  local high, middle, least = byte(page, from, from + 2)
  local key = high >= 128
  local short = (key and high - 128 or high) * 65536 + middle * 256 + least
  local number = last - (last - short) % WINDOW
  return short > 0 and number >= low and number or nil, key
end

-- The page and the tag of the k-th probe.
local function read_probe(probes, k)
  local tag = #probes / 12 * 8 + k * 4
  return sub(probes, k * 8 - 7, k * 8 - 4), sub(probes, tag - 1, tag)
end

-- A story's revision and blob, nil where it is forgotten; then the chunk and its place there.
local function read_blob(number)
  local place = number - 1
  local chunk = p .. 'index:b' .. floor(place / CHUNK)
  local row = call('LINDEX', chunk, place % CHUNK)
  if not row or #row < 3 then return nil, nil, chunk, place % CHUNK end
  return struct.unpack('>I2', row), sub(row, 3), chunk, place % CHUNK
end

-- The numbers that share posts, with how many, and those that share a key; of each probe its page, and where its tag
-- stands there.
local function count_votes(probes, posts, last, low)
  local votes, named, pages, same = {}, {}, {}, {}
  for k = 1, #probes / 12 do
    local name, tag = read_probe(probes, k)
    local page, slots = call('GET', p .. 'index:p' .. name) or '', {}
    local found = find(page, tag, 4, true)
    while found do
      if found % SLOT == 4 then
        local number, key = read_slot(page, found - 3, last, low)
        if number and key == (k > posts) then
          slots[#slots + 1] = found - 4
          if key then named[#named + 1] = number else votes[number] = (votes[number] or 0) + 1 end
        end
      end
      found = find(page, tag, found + 1, true)
    end
    pages[k], same[k] = page, slots
  end
  return votes, named, pages, same
end

-- {number, revision, votes, blob} of each story that shares a key or at least so many posts, and of the heads of their
-- clusters.
local function read_candidates(votes, named, least, low)
  local voted, rows, seen = {}, {}, {}
  for number, count in pairs(votes) do
    if count >= least then voted[#voted + 1] = number end
  end
  if #voted > MOST then
    table.sort(voted, function(one, two)
      if votes[one] ~= votes[two] then return votes[one] > votes[two] end
      return one < two
    end)
  end
  for i = 1, math.min(#voted, MOST) do named[#named + 1] = voted[i] end
  -- heads are added behind as they are met, so the list grows while it is read
  local i = 1
  while i <= #named do
    local number = named[i]
    if not seen[number] and number >= low then
      seen[number] = true
      local revision, blob = read_blob(number)
      if blob then
        rows[#rows + 1] = {number, revision, votes[number] or 0, blob}
        local head = struct.unpack('>I4', blob)
        if head > 0 then named[#named + 1] = head end
      end
    end
    i = i + 1
  end
  return rows
end

-- A full page without what is forgotten, which stands first, with one slot more and room for an eighth.
local function renew_page(page, slot, last, low)
  local from, most = 1, a.page_slots
  while from < #page and not read_slot(page, from, last, low) do from = from + SLOT end
  local slots, kept = (#page - from + 1) / SLOT, most - floor(most / 8)
  if slots >= most then from, slots = #page - SLOT * kept + 1, kept end
  return sub(page, from) .. slot .. string.rep(EMPTY, math.min(math.max(3, floor(slots / 8)), most - slots - 1))
end

-- Put story `last` under its probes, whose pages a look-up has read.
local function place_probes(probes, posts, pages, same, last, low)
  local short, written = last % WINDOW, {}
  local high, middle, least = floor(short / 65536), floor(short / 256) % 256, short % 256
  for k = 1, #probes / 12 do
    local half, tag = read_probe(probes, k)
    local page, slots, key, name = pages[k], same[k], k > posts, p .. 'index:p' .. half
    -- the first stories to carry a phrase keep it; of a name, the last ones
    if key or #slots < SAME then
      -- two of a story's probes may share a page
      if written[name] then page, slots = call('GET', name), {} end
      written[name] = true
      local slot = string.char(key and high + 128 or high, middle, least) .. tag
      -- slots fill from the front, so the first five empty bytes are a free slot, or end the one before it
      local free = find(page, EMPTY, 1, true)
      free = free and free - 1 + (1 - free) % SLOT
      if free and free < #page then
        if #slots >= SAME then call('SETRANGE', name, format('%d', slots[1]), VOID) end
        call('SETRANGE', name, format('%d', free), slot)
        call('EXPIRE', name, a.index_life)
      else
        if #slots >= SAME then page = sub(page, 1, slots[1]) .. sub(page, slots[1] + SLOT + 1) end
        call('SET', name, renew_page(page, slot, last, low), 'EX', a.index_life)
      end
    end
  end
end

-- The first number that may be alive: chunks expire in their order.
local function find_low(last, low)
  local first, newest = floor((low - 1) / CHUNK), floor((last - 1) / CHUNK)
  if first >= newest or call('EXISTS', p .. 'index:b' .. first) == 1 then return low end
  while first < newest do
    local middle = floor((first + newest) / 2)
    if call('EXISTS', p .. 'index:b' .. middle) == 1 then newest = middle else first = middle + 1 end
  end
  return first * CHUNK + 1
end

-- Store a story and return its number; but where a look-up finds what a.considered ({number, revision} each) does not
-- hold, store nothing and return what it finds. Unless a.stores, nothing is stored either way.
local function put_known(a, probes, blob)
  local last, low = read_numbers()
  local votes, named, pages, same = count_votes(probes, a.posts, last, low)
  if a.considered ~= cjson.null then
    local considered = {}
    for _, pair in ipairs(a.considered) do considered[pair[1]] = pair[2] end
    local rows = read_candidates(votes, named, a.least, low)
    for _, row in ipairs(rows) do
      if considered[row[1]] ~= row[2] then return rows end
    end
  end
  if not a.stores then return last end
  last = last + 1
  local place = (last - 1) % CHUNK
  local chunk = p .. 'index:b' .. floor((last - 1) / CHUNK)
  if place > 0 then
    -- a chunk that expired half full
    for _ = call('LLEN', chunk) + 1, place do call('RPUSH', chunk, '') end
  end
  call('RPUSH', chunk, '\0\1' .. blob)
  call('EXPIRE', chunk, a.index_life)
  low = find_low(last, low)
  place_probes(probes, a.posts, pages, same, last, low)
  call('SET', p .. 'index:numbers', struct.pack('>I4I4', last, low))
  return last
end

-- Replace what is stored of a story; its revision grows by one.
local function update_known(number, blob)
  local revision, _, chunk, place = read_blob(number)
  if revision then call('LSET', chunk, place, struct.pack('>I2', revision % 65535 + 1) .. blob) end
end

-- Look up the stories that share a key or enough posts.
function index.lookup(a, blobs)
  local last, low = read_numbers()
  local votes, named = count_votes(blobs[2], a.posts, last, low)
  return read_candidates(votes, named, a.least, low)
end

-- Put a story under its probes; see put_known.
function index.put(a, blobs) return put_known(a, blobs[2], blobs[3]) end

-- Update what is stored of a story.
function index.update(a, blobs) update_known(a.number, blobs[2]) end
