-- KEYS[1] the name, ARGV[1] the sixteen bytes of a lease, ARGV[2] where to publish it, if anywhere. Gives it back, if it is still there.
local stored = redis.pcall('GETRANGE', KEYS[1], 0, 43)
local high, _, kind = header(stored)
if kind == LEASE and string.sub(stored, 29, 44) == ARGV[1] then
  if string.byte(stored, 3) == 0 then
    redis.call('UNLINK', KEYS[1])
  else
    redis.call('SET', KEYS[1], string.sub(stored, 1, 20) .. string.rep('\0', 24), 'KEEPTTL')
  end
  publish(ARGV[2], KEYS[1])
end
return 0
