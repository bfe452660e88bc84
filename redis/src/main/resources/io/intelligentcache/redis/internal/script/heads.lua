-- Reads the heads of values.
-- KEYS     the names of the keys
-- ARGV[1]  the size of a head
-- Answers for each name the size of its value and the head: 0 and an empty text if there is none, or it is no string.
local heads = {}
local last = tonumber(ARGV[1]) - 1
for i, key in ipairs(KEYS) do
  local size = redis.pcall('STRLEN', key)
  if type(size) == 'table' and not string.find(size.err, 'WRONGTYPE', 1, true) then
    return size
  elseif type(size) == 'table' then
    size = 0
  end
  heads[2 * i - 1] = size
  heads[2 * i] = size > 0 and redis.call('GETRANGE', key, 0, last) or ''
end
return heads
